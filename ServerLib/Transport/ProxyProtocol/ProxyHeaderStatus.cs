namespace ServerLib.Transport;

/// <summary>How a connection of a proxy began.</summary>
internal enum ProxyHeaderStatus
{
    /// <summary>With a PROXY header.</summary>
    Read,

    /// <summary>With something else, or with a header that is malformed.</summary>
    Malformed,

    /// <summary>It ended before the header was complete.</summary>
    Ended,
}
