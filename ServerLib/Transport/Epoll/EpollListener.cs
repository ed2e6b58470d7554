using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace ServerLib.Transport;

/// <summary>The listener whose connections are watched by event loops. It owns the transport and the socket.</summary>
internal sealed class EpollListener(Socket socket, EpollTransport transport) : IConnectionListener
{
    public EndPoint LocalEndPoint => socket.LocalEndPoint!;

    /// <summary>Listens on the configured end point.</summary>
    /// <param name="options">The end point and the socket options.</param>
    /// <param name="logger">The log for handlers that block a loop.</param>
    /// <param name="loops">The number of loops. Default: half of the cores, at least one.</param>
    /// <exception cref="SocketException">The address is in use, or does not belong to this machine.</exception>
    /// <exception cref="IOException">There are no file descriptors left.</exception>
    public static EpollListener Listen(ServerOptions options, ILogger logger, int loops = 0)
    {
        Socket socket = SocketListener.OpenSocket(options);
        try
        {
            // Accepted sockets inherit these options, which saves three system calls per connection.
            SocketConnection.SetOptions(socket, options.Limits.KeepAlive);
            return new EpollListener(socket, new EpollTransport(logger, loops));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask<TransportConnection> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Accepts queued connections without waiting, so that a burst does not cause one wake-up each.
            Socket accepted = await socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return transport.Attach(accepted);
            }
            catch (SocketException)
            {
                // The client reset the connection while it was queued. Others are not affected.
                accepted.Dispose();
            }
            catch
            {
                accepted.Dispose();
                throw;
            }
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        transport.Dispose();
    }
}
