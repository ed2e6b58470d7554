namespace ServerLib.Protocol;

/// <summary>The result of reading from the bytes that have arrived so far.</summary>
internal enum ReadStatus
{
    /// <summary>More bytes are needed.</summary>
    NeedMore,

    /// <summary>It was read.</summary>
    Complete,

    /// <summary>Something else was read. Call <see cref="CompactProtocol.WriteReply"/>, then read again.</summary>
    Reply,

    /// <summary>The client announces that it disconnects.</summary>
    Left,

    /// <summary>The bytes are malformed, or cannot be decrypted.</summary>
    Malformed,

    /// <summary>It is larger than allowed.</summary>
    TooLarge,

    /// <summary>It came out of turn.</summary>
    OutOfTurn,

    /// <summary>It has a version that the server does not support.</summary>
    UnknownVersion,

    /// <summary>It is not an acceptable public key.</summary>
    BadKey,
}
