using System.Net;
using System.Net.Sockets;

namespace ServerLib.Transport;

/// <summary>The listener of the portable transport.</summary>
internal sealed class SocketListener(Socket socket, TimeSpan keepAlive) : IConnectionListener
{
    private Socket? _accepted;

    public EndPoint LocalEndPoint => socket.LocalEndPoint!;

    /// <summary>Opens a socket that listens on an end point.</summary>
    /// <param name="endPoint">An IP end point or a Unix socket.</param>
    /// <param name="options">The socket options.</param>
    /// <exception cref="SocketException">The address is in use, or does not belong to this machine.</exception>
    public static Socket OpenSocket(EndPoint endPoint, ServerOptions options)
    {
        // With Tcp, the framework lets a server that restarts use its port at once.
        ProtocolType protocol = endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, protocol);
        try
        {
            if (endPoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            if (endPoint is UnixDomainSocketEndPoint unix)
                UnixSocketFile.Bind(socket, unix);
            else
                socket.Bind(endPoint);
            socket.Listen(options.MaxClients);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits until <see cref="AcceptAsync"/> can return a connection. One caller at a time can wait.</summary>
    public async ValueTask WaitToAcceptAsync(CancellationToken cancellationToken) =>
        _accepted ??= await socket.AcceptAsync(cancellationToken).ConfigureAwait(false);

    public async ValueTask<TransportConnection> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitToAcceptAsync(cancellationToken).ConfigureAwait(false);
            Socket accepted = _accepted!;
            _accepted = null;
            try
            {
                return new SocketConnection(accepted, keepAlive);
            }
            catch (SocketException)
            {
                // The client reset the connection while it was queued. Others are not affected.
                accepted.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _accepted?.Dispose();
        socket.Dispose();
    }
}
