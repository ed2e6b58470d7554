using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace ServerLib.Transport;

/// <summary>The listener of the epoll transport, which it owns. Connections are accepted on an event loop.</summary>
internal sealed class EpollListener : IConnectionListener, IEpollSource
{
    private const int MaxInARow = 64;

    private readonly Socket _socket;
    private readonly EpollTransport _transport;
    private readonly ReadinessSource _ready = new();
    private int _inARow;

    private EpollListener(Socket socket, EpollTransport transport)
    {
        _socket = socket;
        _transport = transport;
        transport.Watch(this, socket.SafeHandle);
    }

    public EndPoint LocalEndPoint => _socket.LocalEndPoint!;

    public ulong Tag { get; set; }

    public ContinuationAffinity? Affinity { get; set; }

    string IEpollSource.Description => "Accepting connections";

    /// <summary>Listens on the configured end point.</summary>
    /// <param name="options">The end point and the socket options.</param>
    /// <param name="logger">The log for handlers that block a loop.</param>
    /// <param name="loops">The number of loops. Default: half of the cores, at least one.</param>
    /// <exception cref="SocketException">The address is in use, or does not belong to this machine.</exception>
    /// <exception cref="IOException">There are no file descriptors left.</exception>
    public static EpollListener Listen(ServerOptions options, ILogger logger, int loops = 0)
    {
        Socket socket = SocketListener.OpenSocket(options);
        EpollTransport? transport = null;
        try
        {
            // Accepted sockets inherit these options, which saves three system calls per connection.
            SocketConnection.SetOptions(socket, options.Limits.KeepAlive);
            socket.Blocking = false;
            transport = new EpollTransport(logger, loops);
            return new EpollListener(socket, transport);
        }
        catch
        {
            socket.Dispose();
            transport?.Dispose();
            throw;
        }
    }

    public async ValueTask<TransportConnection> AcceptAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            _ready.Clear();
            ObjectDisposedException.ThrowIf(_ready.IsLost, this);
            if (EpollSocket.TryAccept(_socket.SafeHandle, out IPEndPoint? peer) is { } accepted)
            {
                // A burst goes on on the thread pool, so that the loop's connections are not delayed.
                if (++_inARow % MaxInARow == 0)
                    await Task.Yield();
                if (peer is not null)
                    return Attach(accepted, peer);
                accepted.Dispose();
            }
            else
            {
                _inARow = 0;
                await _ready.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void OnReady(uint events) => _ready.Set(Affinity?.Target ?? ContinuationTarget.Loop, _transport.BlockingThreads);

    public void Dispose()
    {
        _transport.Unwatch(this);
        _ready.Abort();
        _socket.Dispose();
        _transport.Dispose();
    }

    private EpollConnection Attach(EpollSocket accepted, IPEndPoint peer)
    {
        try
        {
            return _transport.Attach(accepted, peer);
        }
        catch
        {
            accepted.Dispose();
            throw;
        }
    }
}
