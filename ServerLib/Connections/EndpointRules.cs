using System.Net;
using ServerLib.RateLimiting;

namespace ServerLib.Connections;

/// <summary>What the connections of one end point may do.</summary>
/// <param name="Tls">Whether they use TLS.</param>
/// <param name="Plaintext">Which of them may send passwords without encryption; <see langword="null"/> for the server's rule.</param>
/// <param name="Proxies">The addresses whose connections begin with a PROXY header.</param>
internal sealed record EndpointRules(EndpointTls Tls, PlaintextPolicy? Plaintext, params AddressBlock[] Proxies)
{
    /// <summary>The rules where no end point has others.</summary>
    public static EndpointRules Default { get; } = new(EndpointTls.Optional, Plaintext: null);

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
    public bool Allows(bool isSecure, bool isLocal, LoginOptions login)
    {
        PlaintextPolicy plaintext = Plaintext ?? login.Plaintext;
        return isSecure
            || (Tls != EndpointTls.Required && (plaintext == PlaintextPolicy.Anywhere || (plaintext == PlaintextPolicy.LoopbackOnly && isLocal)));
    }
}
