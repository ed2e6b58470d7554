using System.Collections.Concurrent;

namespace ServerLib.Server;

/// <summary>The connections of a server that have been accepted and not closed, logged in or not.</summary>
internal sealed class ConnectionRegistry
{
    private readonly ConcurrentDictionary<long, Connection> _connections = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isDraining;

    /// <summary>The connections. Enumerating blocks nobody.</summary>
    public IEnumerable<Connection> Connections => _connections.Select(pair => pair.Value);

    public void Add(Connection connection)
    {
        _connections[connection.Id] = connection;
        if (Volatile.Read(ref _isDraining) != 0)
            connection.End(DisconnectReason.ServerShutdown);
    }

    /// <summary>Removes a connection that is closed and holds nothing any more.</summary>
    public void Remove(Connection connection)
    {
        _connections.TryRemove(connection.Id, out _);
        SignalIfDrained();
    }

    /// <summary>The connections that match and have not ended.</summary>
    public List<Connection> Find(Func<Connection, bool> match) =>
        [.. Connections.Where(connection => connection.Reason == DisconnectReason.None && match(connection))];

    /// <summary>Ends the connections that match and have not ended yet.</summary>
    /// <returns>These connections.</returns>
    public List<Connection> End(DisconnectReason reason, Func<Connection, bool> match)
    {
        List<Connection> matching = Find(match);
        matching.ForEach(connection => connection.End(reason));
        return matching;
    }

    /// <summary>Ends all connections, and waits until they are removed.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled: some are left.</exception>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _isDraining, 1);
        foreach (Connection connection in Connections)
            connection.End(DisconnectReason.ServerShutdown);
        SignalIfDrained();
        await _drained.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private void SignalIfDrained()
    {
        if (Volatile.Read(ref _isDraining) != 0 && _connections.IsEmpty)
            _drained.TrySetResult();
    }
}
