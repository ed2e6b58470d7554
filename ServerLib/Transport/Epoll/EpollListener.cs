using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace ServerLib.Transport;

/// <summary>The listener whose connections are watched by event loops; it owns the transport and the socket.</summary>
internal sealed class EpollListener(Socket socket, EpollTransport transport) : IConnectionListener
{
    public EndPoint LocalEndPoint => socket.LocalEndPoint!;

    /// <summary>Listens where <paramref name="options"/> say.</summary>
    /// <param name="options">Where, and what the connections keep to.</param>
    /// <param name="logger">Told of whoever blocks a loop.</param>
    /// <param name="loops">How many loops. Default half the cores, at least one.</param>
    /// <exception cref="SocketException">The address is in use, or not this machine's.</exception>
    /// <exception cref="IOException">There are no descriptors left.</exception>
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
            // Takes what has queued up without waiting, so that a burst costs no wake-up for each.
            Socket accepted = await socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return transport.Attach(accepted);
            }
            catch (SocketException)
            {
                // It was reset while it waited in the queue: that is its own affair, not the listener's.
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
