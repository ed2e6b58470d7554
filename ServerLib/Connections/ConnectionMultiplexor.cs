using System.Net.Sockets;
using System.Threading.Channels;
using ServerLib.Transport;

namespace ServerLib;

/// <summary>
/// The watched set of a loop of one's own: a listening socket, console input, and connections. <see cref="SelectAsync"/> yields what
/// is ready, without polling.
/// </summary>
/// <remarks>Adding and removing is O(1) and may be done from any thread; selecting is for one caller at a time.</remarks>
public sealed class ConnectionMultiplexor : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Connection, Watched> _connections = [];
    private readonly HashSet<Watched> _idle = [];
    private readonly Channel<Watched> _ready = Channel.CreateUnbounded<Watched>();
    private readonly TextReader _consoleInput;
    private readonly SocketListener? _listener;

    /// <summary>Watches a listening socket and the console.</summary>
    /// <param name="listenSocket">A socket that listens; <see langword="null"/> to watch none.</param>
    /// <param name="consoleInput">
    /// Where console lines come from. Default the process's standard input, read from the first <see cref="SelectAsync"/> on;
    /// <see cref="TextReader.Null"/> to watch none. At its end it is no longer watched.
    /// </param>
    public ConnectionMultiplexor(Socket? listenSocket, TextReader? consoleInput = null)
    {
        ListenSocket = listenSocket;
        _consoleInput = consoleInput ?? Console.In;
        if (listenSocket is not null)
        {
            _listener = new SocketListener(listenSocket, new ServerOptions().Limits.KeepAlive);
            _idle.Add(new Watched(ReadyKind.Listener));
        }

        if (_consoleInput != TextReader.Null)
            _idle.Add(new Watched(ReadyKind.Console));
    }

    /// <summary>The socket on which new clients are detected.</summary>
    public Socket? ListenSocket { get; }

    /// <summary>The sockets that are watched now, the listening one included.</summary>
    public IReadOnlyCollection<Socket> FdSet
    {
        get
        {
            lock (_gate)
                return [.. _connections.Keys.Select(connection => connection.CSocket).Prepend(ListenSocket).OfType<Socket>()];
        }
    }

    /// <summary>Watches a connection that has logged in.</summary>
    /// <returns>Whether it was not watched yet.</returns>
    public bool Add(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var watched = new Watched(ReadyKind.Connection, connection);
        lock (_gate)
            return _connections.TryAdd(connection, watched) && _idle.Add(watched);
    }

    /// <summary>Watches a connection no longer.</summary>
    /// <returns>Whether it was watched.</returns>
    public bool Remove(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        lock (_gate)
        {
            if (!_connections.Remove(connection, out Watched? watched))
                return false;
            _idle.Remove(watched);
            return true;
        }
    }

    /// <summary>Waits until something is ready.</summary>
    /// <param name="cancellationToken">Gives up waiting; nothing is lost by it.</param>
    /// <returns>
    /// What is ready, at least one. A connection is when a whole message can be received at once, so that a client which stops in the
    /// middle of one holds nobody up; or when it has ended.
    /// </returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async ValueTask<IReadOnlyList<ReadyItem>> SelectAsync(CancellationToken cancellationToken = default)
    {
        var ready = new List<ReadyItem>();
        while (ready.Count == 0)
        {
            Watch();
            await _ready.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
            while (_ready.Reader.TryRead(out Watched? watched))
            {
                lock (_gate)
                {
                    if (!IsWatched(watched))
                        continue;
                    _idle.Add(watched);
                }

                ready.Add(new ReadyItem(watched.Kind, watched.Connection, watched.Line));
            }
        }

        return ready;
    }

    /// <summary>Closes the listening socket; the connections stay open.</summary>
    public void Dispose() => _listener?.Dispose();

    /// <summary>Where new clients come in.</summary>
    /// <exception cref="ServerLibException">No listening socket is watched.</exception>
    internal SocketListener Listener =>
        _listener ?? throw ServerLibException.Because("This multiplexor watches no listening socket.", nameof(ConnectionMultiplexor));

    private bool IsWatched(Watched watched) => watched.Kind switch
    {
        ReadyKind.Connection => _connections.TryGetValue(watched.Connection!, out Watched? current) && current == watched,
        ReadyKind.Console => watched.Line is not null,
        _ => true,
    };

    /// <summary>Begins to wait for everything that is not waited for yet.</summary>
    private void Watch()
    {
        Watched[] idle;
        lock (_gate)
        {
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (Watched watched in idle)
            _ = WatchAsync(watched);
    }

    private async Task WatchAsync(Watched watched)
    {
        try
        {
            switch (watched.Kind)
            {
                case ReadyKind.Listener:
                    await Listener.WaitToAcceptAsync(CancellationToken.None).ConfigureAwait(false);
                    break;
                case ReadyKind.Console:
                    // Standard input can't be read without a thread that waits.
                    watched.Line = await Task.Factory.StartNew(
                        _consoleInput.ReadLine, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
                    break;
                default:
                    await watched.Connection!.WaitToReceiveAsync().ConfigureAwait(false);
                    break;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or ServerLibException or IOException)
        {
            // Whoever takes what is ready is told by the call that takes it.
            watched.Line = null;
        }

        _ready.Writer.TryWrite(watched);
    }

    private sealed class Watched(ReadyKind kind, Connection? connection = null)
    {
        public ReadyKind Kind => kind;

        public Connection? Connection => connection;

        public string? Line { get; set; }
    }
}
