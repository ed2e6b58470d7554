using System.Net.Security;

namespace ServerLib.Transport;

/// <summary>The server's side of TLS. It remembers whether the handshake failed because of the client's certificate.</summary>
internal sealed class ServerTls(Stream inner) : SslStream(inner, leaveInnerStreamOpen: true)
{
    /// <summary>Whether the client presented no accepted certificate although one is required.</summary>
    public bool ClientIsRefused { get; set; }
}
