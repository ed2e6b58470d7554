namespace ServerLib.Protocol;

/// <summary>What looking for something whole in the bytes that have come so far came to.</summary>
internal enum ReadStatus
{
    /// <summary>It is not whole yet.</summary>
    NeedMore,

    /// <summary>It was read.</summary>
    Complete,

    /// <summary>Something else was read that <see cref="IWireProtocol.WriteReply"/> answers; look again.</summary>
    Reply,

    /// <summary>The client says that it leaves.</summary>
    Left,

    /// <summary>What came is malformed, or can't be decrypted.</summary>
    Malformed,

    /// <summary>It would be larger than allowed.</summary>
    TooLarge,

    /// <summary>It came before its turn.</summary>
    OutOfTurn,

    /// <summary>It is of a version that is not spoken here.</summary>
    UnknownVersion,

    /// <summary>It should have been a public key that can be used, and is not.</summary>
    BadKey,
}
