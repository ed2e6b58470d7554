using System.Net;
using System.Net.Sockets;

namespace ServerLib.Transport;

/// <summary>The portable listener.</summary>
internal sealed class SocketListener(Socket socket, TimeSpan keepAlive) : IConnectionListener
{
    private Socket? _accepted;

    public EndPoint LocalEndPoint => socket.LocalEndPoint!;

    /// <summary>Listens where <paramref name="options"/> say.</summary>
    /// <exception cref="SocketException">The address is in use, or not this machine's.</exception>
    public static SocketListener Listen(ServerOptions options) => new(OpenSocket(options), options.Limits.KeepAlive);

    /// <summary>A socket that listens where <paramref name="options"/> say.</summary>
    /// <exception cref="SocketException">The address is in use, or not this machine's.</exception>
    public static Socket OpenSocket(ServerOptions options)
    {
        IPEndPoint endPoint = options.ServerSocket;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
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

    /// <summary>Waits until <see cref="AcceptAsync"/> has something to take. For one caller at a time.</summary>
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
                // It was reset while it waited in the queue: that is its own affair, not the listener's.
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
