using System.Security.Cryptography;

namespace ServerLib.Protocol;

/// <summary>
/// The server's side of a protocol on one connection. It converts bytes to messages and back, and does no I/O. Only one thread may read at a
/// time; other threads may write meanwhile.
/// </summary>
internal interface IWireProtocol
{
    /// <summary>Whether both sides must send their public keys to complete the login.</summary>
    bool ExchangesKeys { get; }

    /// <summary>Reads the preface, the first bytes that a client sends.</summary>
    ReadStatus TryReadPreface(ReadOnlySpan<byte> buffer, out int consumed);

    /// <summary>Reads the login at the start of <paramref name="buffer"/>.</summary>
    ReadStatus TryReadCredentials(ReadOnlySpan<byte> buffer, out int consumed, out LoginRequest request);

    /// <summary>Reads the client's public key at the start of <paramref name="buffer"/>.</summary>
    ReadStatus TryReadKey(ReadOnlySpan<byte> buffer, out int consumed, out RSA? key);

    /// <summary>Reads the message at the start of <paramref name="buffer"/>. Its body is valid until the next call.</summary>
    ReadStatus TryReadMessage(ReadOnlyMemory<byte> buffer, out int consumed, out Message message);

    /// <summary>Answers the frame that was read with <see cref="ReadStatus.Reply"/>.</summary>
    void WriteReply(IFrameSink sink);

    /// <summary>Greets a client whose preface was read.</summary>
    void WriteHello(IFrameSink sink);

    /// <summary>Answers a login.</summary>
    void WriteLoginResult(IFrameSink sink, LoginResult result);

    /// <summary>Welcomes the client.</summary>
    void WriteWelcome(IFrameSink sink, string alias, string greeting, long session);

    /// <summary>Gives the client the server's public key; a classic client can be sent to from now on.</summary>
    void WriteServerKey(IFrameSink sink, RSA? peerKey);

    /// <summary>Writes a message, in as many frames as it takes.</summary>
    /// <returns>What became of it; <see cref="SendOutcome.Dropped"/> where the protocol can't carry it.</returns>
    SendOutcome WriteMessage(IFrameSink sink, OutgoingMessage message);

    /// <summary>Writes a message to this one recipient.</summary>
    /// <returns>What became of it; <see cref="SendOutcome.Dropped"/> where the protocol can't carry it.</returns>
    SendOutcome WriteMessage(IFrameSink sink, string sender, Message message);

    /// <summary>Writes a frame that only the compact protocol has.</summary>
    /// <returns>What became of it; <see cref="SendOutcome.Dropped"/> in another protocol.</returns>
    SendOutcome WriteFrame(IFrameSink sink, FrameType type, ReadOnlySpan<byte> payload);

    /// <summary>Writes a numbered frame, REQUEST or RESPONSE, that only the compact protocol has.</summary>
    /// <returns>What became of it; <see cref="SendOutcome.Dropped"/> in another protocol.</returns>
    SendOutcome WriteFrame(IFrameSink sink, FrameType type, uint id, ReadOnlySpan<byte> body, byte? status);

    /// <summary>Says why the server closes the connection, where the protocol has a word for it.</summary>
    /// <param name="sink">Where it goes.</param>
    /// <param name="reason">Why.</param>
    /// <param name="text">In words. Default those that always go with the reason.</param>
    void WriteClose(IFrameSink sink, DisconnectReason reason, string? text = null);
}
