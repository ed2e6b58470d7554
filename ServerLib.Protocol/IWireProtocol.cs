namespace ServerLib.Protocol;

/// <summary>
/// The server's side of a protocol on one connection. It converts bytes to messages and back, and does no I/O. Only one thread may read at a
/// time; other threads may write meanwhile.
/// </summary>
/// <remarks>What only one protocol has is a member of its class.</remarks>
internal interface IWireProtocol
{
    /// <summary>Reads the login at the start of <paramref name="buffer"/>.</summary>
    ReadStatus TryReadCredentials(ReadOnlySpan<byte> buffer, out int consumed, out LoginRequest request);

    /// <summary>Reads the message at the start of <paramref name="buffer"/>. Its body is valid until the next call.</summary>
    ReadStatus TryReadMessage(ReadOnlyMemory<byte> buffer, out int consumed, out Message message);

    /// <summary>Answers a login.</summary>
    void WriteLoginResult(IFrameSink sink, LoginResult result);

    /// <summary>Welcomes the client.</summary>
    void WriteWelcome(IFrameSink sink, string alias, string greeting, long session);

    /// <summary>Writes a message, in as many frames as it takes.</summary>
    /// <returns>The outcome; <see cref="SendOutcome.Dropped"/> if the client cannot be sent such a message.</returns>
    SendOutcome WriteMessage(IFrameSink sink, OutgoingMessage message);

    /// <summary>Writes a message to this recipient only.</summary>
    /// <returns>The outcome; <see cref="SendOutcome.Dropped"/> if the client cannot be sent such a message.</returns>
    SendOutcome WriteMessage(IFrameSink sink, string sender, Message message);
}
