using System.Net;
using ServerLib.RateLimiting;

namespace ServerLib.Connections;

/// <summary>What the connections of one end point may do.</summary>
/// <param name="Tls">Whether they use TLS.</param>
/// <param name="Plaintext">Which of them may send passwords without encryption.</param>
/// <param name="Proxies">The addresses whose connections begin with a PROXY header.</param>
internal sealed record EndpointRules(EndpointTls Tls, PlaintextPolicy Plaintext, params AddressBlock[] Proxies)
{
    /// <summary>Whether a connection comes from a proxy.</summary>
    public bool IsProxy(EndPoint from)
    {
        if (Proxies.Length == 0)
            return false;
        if (from is not IPEndPoint)
            return true;
        AddressBlock address = AddressBlock.Exactly(from);
        return Array.Exists(Proxies, range => range.Contains(address));
    }

    /// <summary>Whether a login that is sent like this is allowed.</summary>
    public bool Allows(bool isSecure, bool isLocal) => isSecure
        || (Tls != EndpointTls.Required && (Plaintext == PlaintextPolicy.Anywhere || (Plaintext == PlaintextPolicy.LoopbackOnly && isLocal)));
}
