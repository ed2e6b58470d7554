using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace ServerLib.Transport;

/// <summary>The listener of the epoll transport. Connections are accepted on an event loop.</summary>
internal sealed class EpollListener : IConnectionListener, IEpollSource
{
    private const int MaxInARow = 64;

    private readonly Socket _socket;
    private readonly EpollTransport _transport;
    private readonly UnixDomainSocketEndPoint? _unix;
    private readonly ReadinessSource _ready = new();
    private int _inARow;
    private int _disposed;

    /// <summary>Takes a socket that listens, and begins to watch it.</summary>
    /// <exception cref="IOException">There are no file descriptors left.</exception>
    private EpollListener(Socket socket, EpollTransport transport)
    {
        _socket = socket;
        _transport = transport;
        _unix = socket.LocalEndPoint as UnixDomainSocketEndPoint;
        transport.Watch(this, socket.SafeHandle);
    }

    public EndPoint LocalEndPoint => _socket.LocalEndPoint!;

    public ulong Tag { get; set; }

    public ContinuationAffinity? Affinity { get; set; }

    string IEpollSource.Description => "Accepting connections";

    /// <summary>Listens on a socket, which belongs to the listener from now on.</summary>
    /// <param name="socket">A socket that listens.</param>
    /// <param name="options">The socket options.</param>
    /// <param name="transport">The loops.</param>
    /// <exception cref="IOException">There are no file descriptors left.</exception>
    public static EpollListener Listen(Socket socket, ServerOptions options, EpollTransport transport)
    {
        try
        {
            // Accepted sockets inherit these options, which saves three system calls per connection.
            SocketConnection.SetOptions(socket, options.Limits.KeepAlive);
            socket.Blocking = false;
            return new EpollListener(socket, transport);
        }
        catch
        {
            socket.Dispose();
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

                // The clients of a Unix socket have no address.
                if (((EndPoint?)peer ?? _unix) is { } client)
                    return Attach(accepted, client);
                accepted.Dispose();
            }
            else
            {
                _inARow = 0;
                await _ready.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public Task PingAsync() => _transport.PingAsync();

    public void OnReady(uint events) => _ready.Set(Affinity?.Target ?? ContinuationTarget.Loop, _transport.BlockingThreads);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _transport.Unwatch(this);
        _ready.Abort();
        _socket.Dispose();
    }

    private EpollConnection Attach(EpollSocket accepted, EndPoint peer)
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
