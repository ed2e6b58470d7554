namespace ServerLib.Transport;

/// <summary>The protocol of a client.</summary>
internal enum DetectedProtocol
{
    /// <summary>No known protocol.</summary>
    Unknown,

    /// <summary>The classic protocol.</summary>
    Classic,

    /// <summary>The compact protocol.</summary>
    Compact,

    /// <summary>A TLS handshake (RFC 8446 section 5.1, content type 22).</summary>
    Tls,
}

/// <summary>Detects the protocol by a connection's first byte.</summary>
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
