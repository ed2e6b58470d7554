using System.Net;
using System.Net.Sockets;

namespace ServerLib;

/// <summary>One end point on which the server listens: a TCP port, or a Unix socket.</summary>
public sealed class ServerEndpoint
{
    /// <summary>Creates an end point that needs a <see cref="Port"/> or a <see cref="Path"/>.</summary>
    public ServerEndpoint()
    {
    }

    /// <summary>Creates an end point from a socket that listens already, for example one that systemd passes to the process.</summary>
    /// <param name="socket">A stream socket that listens. It belongs to the server, which closes it when it stops.</param>
    public ServerEndpoint(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        Socket = socket;
    }

    /// <summary>
    /// The socket that listens already, in place of <see cref="Address"/>, <see cref="Port"/> and <see cref="Path"/>;
    /// <see langword="null"/> if the server opens one. Only code can set it.
    /// </summary>
    public Socket? Socket { get; }

    /// <summary>
    /// The IP address to listen on. <c>0.0.0.0</c> listens on all IPv4 addresses of this machine, <c>::</c> on all IPv4 and IPv6 addresses.
    /// Default <c>127.0.0.1</c>, or none if <see cref="Path"/> is set.
    /// </summary>
    public string? Address { get; set; }

    /// <summary>The TCP port to listen on, 0 to 65535. 0 picks a free port. Default none: either this or <see cref="Path"/> is needed.</summary>
    public int? Port { get; set; }

    /// <summary>
    /// The path of a Unix socket to listen on, relative to the current directory. The server creates it so that its owner and group can
    /// connect, and removes it when it stops. Clients of a Unix socket count as clients on this machine. Default none.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>Whether clients use TLS. Default <see cref="EndpointTls.Optional"/>.</summary>
    public EndpointTls Tls { get; set; } = EndpointTls.Optional;

    /// <summary>Which clients may send passwords without encryption. Default <see cref="LoginOptions.Plaintext"/>.</summary>
    public PlaintextPolicy? Plaintext { get; set; }

    /// <summary>The proxies that send the addresses of their clients.</summary>
    public ProxyProtocolOptions ProxyProtocol { get; } = new();

    /// <summary>The IP address; <see langword="null"/> for a Unix socket.</summary>
    internal IPAddress? ListenAddress => (ListenEndPoint as IPEndPoint)?.Address;

    /// <summary>The end point, which is valid.</summary>
    internal EndPoint ListenEndPoint => this switch
    {
        { Socket: { } socket } => socket.LocalEndPoint!,
        { Path: { } path } => new UnixDomainSocketEndPoint(System.IO.Path.GetFullPath(path)),
        _ => new IPEndPoint(IPAddress.Parse(Address ?? "127.0.0.1"), Port ?? 0),
    };
}
