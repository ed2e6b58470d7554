using System.Collections.Concurrent;

namespace ServerLib.Server;

/// <summary>The connections of a server that have been accepted and not closed, logged in or not.</summary>
internal sealed class ConnectionRegistry
{
    private readonly ConcurrentDictionary<long, Connection> _connections = new();
    private TaskCompletionSource? _empty;
    private int _isClosed;

    /// <summary>The connections. Enumerating blocks nobody.</summary>
    public IEnumerable<Connection> Connections => _connections.Select(pair => pair.Value);

    public void Add(Connection connection)
    {
        _connections[connection.Id] = connection;
        if (Volatile.Read(ref _isClosed) != 0)
            connection.End(DisconnectReason.ServerShutdown);
    }

    /// <summary>Removes a connection that is closed and holds nothing any more.</summary>
    public void Remove(Connection connection)
    {
        _connections.TryRemove(connection.Id, out _);
        SignalIfEmpty();
    }

    /// <summary>From now on, connections that are added end at once.</summary>
    public void Close() => Interlocked.Exchange(ref _isClosed, 1);

    /// <summary>The connections that match and have not ended.</summary>
    public List<Connection> Find(Func<Connection, bool> match) =>
        [.. Connections.Where(connection => connection.Reason == DisconnectReason.None && match(connection))];

    /// <summary>Ends the connections that match and have not ended yet.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="match">Which connections to end.</param>
    /// <param name="notice">What the clients are told. Default the text of the reason.</param>
    /// <returns>These connections.</returns>
    public List<Connection> End(DisconnectReason reason, Func<Connection, bool> match, string? notice = null)
    {
        List<Connection> matching = Find(match);
        matching.ForEach(connection => connection.End(reason, notice));
        return matching;
    }

    /// <summary>Waits until all connections are removed.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled: some are left.</exception>
    public Task WhenEmptyAsync(CancellationToken cancellationToken)
    {
        // Connections may have been added since an earlier wait has ended.
        TaskCompletionSource? empty = Volatile.Read(ref _empty);
        if (empty is null or { Task.IsCompleted: true })
        {
            var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            TaskCompletionSource? other = Interlocked.CompareExchange(ref _empty, next, empty);
            empty = other == empty ? next : other!;
        }

        SignalIfEmpty();
        return empty.Task.WaitAsync(cancellationToken);
    }

    private void SignalIfEmpty()
    {
        if (Volatile.Read(ref _empty) is { } empty && _connections.IsEmpty)
            empty.TrySetResult();
    }
}
