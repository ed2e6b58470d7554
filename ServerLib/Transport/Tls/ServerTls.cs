using System.Net.Security;

namespace ServerLib.Transport;

/// <summary>The server's side of TLS, which remembers whether it was the client's certificate that it did not like.</summary>
internal sealed class ServerTls(Stream inner) : SslStream(inner, leaveInnerStreamOpen: true)
{
    /// <summary>Whether the client showed no certificate, or none that is accepted, where it has to.</summary>
    public bool ClientIsRefused { get; set; }
}
