using System.Net.Sockets;
using System.Threading.Channels;
using ServerLib.Transport;

namespace ServerLib;

/// <summary>
/// For an application with its own accept loop: watches a listening socket, console input and connections. <see cref="SelectAsync"/>
/// returns what is ready, without polling.
/// </summary>
/// <remarks>Any thread may add and remove connections, in O(1). Only one caller may select at a time.</remarks>
public sealed class ConnectionMultiplexor : IAsyncDisposable, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Connection, Watched> _connections = [];
    private readonly HashSet<Watched> _idle = [];
    private readonly Channel<Watched> _ready = Channel.CreateUnbounded<Watched>();
    private readonly TextReader _consoleInput;
    private readonly SocketListener? _listener;
    private bool _isSelecting;

    /// <summary>Creates a multiplexor that watches a listening socket and the console.</summary>
    /// <param name="listenSocket">A socket that listens; <see langword="null"/> to watch none.</param>
    /// <param name="consoleInput">
    /// The source of console lines, which is watched until its end; <see cref="TextReader.Null"/> to watch none. Default the process's
    /// standard input. Reading begins with the first <see cref="SelectAsync"/>.
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

    /// <summary>The watched sockets, including the listening one. See the remarks on <see cref="Connection.CSocket"/>.</summary>
    /// <exception cref="SocketException">There are no file descriptors left.</exception>
    public IReadOnlyCollection<Socket> FdSet
    {
        get
        {
            lock (_gate)
                return [.. _connections.Keys.Select(connection => connection.CSocket).Prepend(ListenSocket).OfType<Socket>()];
        }
    }

    /// <summary>Watches a connection that has logged in.</summary>
    /// <returns><see langword="false"/> if the connection was watched already.</returns>
    public bool Add(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var watched = new Watched(ReadyKind.Connection, connection);
        lock (_gate)
        {
            if (!_connections.TryAdd(connection, watched))
                return false;
            if (!_isSelecting)
                return _idle.Add(watched);
        }

        _ = WatchAsync(watched);
        return true;
    }

    /// <summary>Stops watching a connection.</summary>
    /// <returns>Whether the connection was watched.</returns>
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
    /// <param name="cancellationToken">Stops waiting. Nothing is lost.</param>
    /// <returns>
    /// What is ready, at least one item. A connection is ready when a complete message can be received, or when it has ended. A client that
    /// stops in the middle of a message does not block others.
    /// </returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public async ValueTask<IReadOnlyList<ReadyItem>> SelectAsync(CancellationToken cancellationToken = default)
    {
        var ready = new List<ReadyItem>();
        try
        {
            while (ready.Count == 0)
            {
                Watch();
                await _ready.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
                Take(ready);
            }
        }
        finally
        {
            lock (_gate)
                _isSelecting = false;
        }

        return ready;
    }

    /// <summary>Closes the listening socket; the connections stay open.</summary>
    public void Dispose() => _listener?.Dispose();

    /// <summary>Closes the listening socket; the connections stay open.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The listener for new clients.</summary>
    /// <exception cref="ServerLibException">No listening socket is watched.</exception>
    internal SocketListener Listener =>
        _listener ?? throw ServerLibException.Because("This multiplexor watches no listening socket.", nameof(ConnectionMultiplexor));

    private void Take(List<ReadyItem> ready)
    {
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

    private bool IsWatched(Watched watched) => watched.Kind switch
    {
        ReadyKind.Connection => _connections.TryGetValue(watched.Connection!, out Watched? current) && current == watched,
        ReadyKind.Console => watched.Line is not null,
        _ => true,
    };

    /// <summary>Starts a wait for everything that has none. From now on, what is added gets one at once.</summary>
    private void Watch()
    {
        Watched[] idle;
        lock (_gate)
        {
            _isSelecting = true;
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
                    // Standard input cannot be read without a blocked thread.
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
            // The call that takes the item fails too, and reports the error.
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
