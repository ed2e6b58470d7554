using System.Security.Cryptography;

namespace ServerLib.Wire;

/// <summary>
/// One connection's side of a protocol: bytes to what they mean, and back. Does no input or output of its own. Reading is for one
/// caller at a time; writing may happen beside it.
/// </summary>
internal interface IWireProtocol
{
    /// <summary>Looks for a login at the start of <paramref name="buffer"/>.</summary>
    ReadStatus TryReadCredentials(ReadOnlySpan<byte> buffer, out int consumed, out (string Username, string Password) credentials);

    /// <summary>Looks for the client's public key at the start of <paramref name="buffer"/>.</summary>
    ReadStatus TryReadKey(ReadOnlySpan<byte> buffer, out int consumed, out RSA? key);

    /// <summary>
    /// Looks for a message at the start of <paramref name="buffer"/>. Its body is valid until the next call.
    /// </summary>
    ReadStatus TryReadMessage(ReadOnlyMemory<byte> buffer, out int consumed, out Message message);

    /// <summary>Answers a login.</summary>
    void WriteLoginResult(IFrameSink sink, LoginResult result);

    /// <summary>Welcomes the client.</summary>
    void WriteWelcome(IFrameSink sink, string alias, string greeting);

    /// <summary>Gives the client the server's public key; what is written from now on is encrypted for <paramref name="peerKey"/>.</summary>
    void WriteServerKey(IFrameSink sink, RSA peerKey);

    /// <summary>Writes a message, in as many frames as it takes.</summary>
    /// <returns>Whether the protocol can carry it.</returns>
    bool WriteMessage(IFrameSink sink, OutgoingMessage message);
}
