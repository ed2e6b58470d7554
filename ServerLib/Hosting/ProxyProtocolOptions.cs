namespace ServerLib;

/// <summary>The PROXY protocol, with which a proxy such as haproxy tells the server the client's address.</summary>
public sealed class ProxyProtocolOptions
{
    /// <summary>
    /// The addresses and ranges of the proxies, such as <c>192.0.2.1</c> or <c>10.0.0.0/8</c>. Each of their connections must begin with a
    /// PROXY header of version 1 or 2; the server waits 10 seconds for it. Connections from other addresses must not have one. On a Unix
    /// socket, every address stands for all clients. Default none.
    /// </summary>
    public IList<string> From { get; } = [];
}
