namespace ServerLib.Connections;

/// <summary>The requests and calls on a connection, in both directions. Most connections have none. Thread-safe.</summary>
internal struct ConnectionCalls
{
    private PendingRequests? _pending;
    private RunningCalls? _running;

    /// <summary>The requests and calls of the server; <see langword="null"/> if there were none.</summary>
    public readonly PendingRequests? Pending => Volatile.Read(in _pending);

    /// <summary>The calls of the client that need to be tracked; <see langword="null"/> if there were none.</summary>
    public readonly RunningCalls? Running => Volatile.Read(in _running);

    /// <summary>Whether an answer or a CANCEL may come while a handler works.</summary>
    public readonly bool IsAny => Pending is { IsEmpty: false } || Running is { IsEmpty: false };

    public PendingRequests EnsurePending(Connection connection) =>
        Pending ?? Keep(ref _pending, new PendingRequests(connection, connection.Settings));

    public RunningCalls EnsureRunning(Connection connection) => Running ?? Keep(ref _running, new RunningCalls(connection));

    private static T Keep<T>(ref T? field, T created)
        where T : class => Interlocked.CompareExchange(ref field, created, null) ?? created;
}
