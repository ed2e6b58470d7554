namespace ServerLib.Transport;

/// <summary>What a client speaks.</summary>
internal enum DetectedProtocol
{
    /// <summary>Nothing that is spoken here.</summary>
    Unknown,

    /// <summary>The classic protocol.</summary>
    Classic,

    /// <summary>The compact protocol.</summary>
    Compact,

    /// <summary>A TLS handshake (RFC 8446 section 5.1, content type 22).</summary>
    Tls,
}

/// <summary>Tells protocols apart by a connection's first byte.</summary>
internal static class ProtocolDetector
{
    public static DetectedProtocol Detect(byte first) => first switch
    {
        0x16 => DetectedProtocol.Tls,
        (byte)'S' => DetectedProtocol.Compact,
        (byte)' ' or (>= (byte)'0' and <= (byte)'9') => DetectedProtocol.Classic,
        _ => DetectedProtocol.Unknown,
    };
}
