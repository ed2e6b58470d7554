using System.Security.Cryptography;

namespace ServerLib.Protocol;

/// <summary>
/// One connection's side of a protocol: bytes to what they mean, and back. Does no input or output of its own. Reading is for one
/// caller at a time; writing may happen beside it.
/// </summary>
internal interface IWireProtocol
{
    /// <summary>Whether the login is complete only when both sides have given their public keys.</summary>
    bool ExchangesKeys { get; }

    /// <summary>Looks for what a client opens with, before anything else.</summary>
    ReadStatus TryReadPreface(ReadOnlySpan<byte> buffer, out int consumed);

    /// <summary>Looks for a login at the start of <paramref name="buffer"/>.</summary>
    ReadStatus TryReadCredentials(ReadOnlySpan<byte> buffer, out int consumed, out LoginRequest request);

    /// <summary>Looks for the client's public key at the start of <paramref name="buffer"/>.</summary>
    ReadStatus TryReadKey(ReadOnlySpan<byte> buffer, out int consumed, out RSA? key);

    /// <summary>Looks for a message at the start of <paramref name="buffer"/>. Its body is valid until the next call.</summary>
    ReadStatus TryReadMessage(ReadOnlyMemory<byte> buffer, out int consumed, out Message message);

    /// <summary>Answers what was read with <see cref="ReadStatus.Reply"/>.</summary>
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
