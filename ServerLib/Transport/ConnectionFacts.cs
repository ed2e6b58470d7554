using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace ServerLib;

/// <summary>What an application knows of a connection that it has accepted itself, for example as a WebSocket.</summary>
/// <param name="RemoteEndPoint">The client's end point. Bans, penalties and limits apply to its address.</param>
public sealed record ConnectionFacts(EndPoint RemoteEndPoint)
{
    /// <summary>
    /// Whether the connection is already encrypted, for example by the TLS of a web server. If it is, the server accepts passwords. Default
    /// <see langword="false"/>.
    /// </summary>
    public bool IsSecure { get; init; }

    /// <summary>
    /// Whether the client is on this machine. If it is, the server accepts passwords without encryption, and logins by key. Behind a proxy,
    /// set this to <see langword="false"/>. Default: whether <see cref="RemoteEndPoint"/> is a loopback address.
    /// </summary>
    public bool IsLocal { get; init; } =
        RemoteEndPoint is UnixDomainSocketEndPoint || (RemoteEndPoint is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address));

    /// <summary>The client's TLS certificate, which the application has validated. Default none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }
}
