namespace ServerLib.Clients;

/// <summary>The handlers of one event, in the order in which they were added.</summary>
internal sealed class EventHandlerList
{
    private readonly Lock _gate = new();
    private volatile Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>[] _handlers = [];

    public bool IsEmpty => _handlers.Length == 0;

    public IReadOnlyList<Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>> All => _handlers;

    /// <returns>Removes the handler when disposed.</returns>
    public IDisposable Add(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> handler)
    {
        lock (_gate)
            _handlers = [.. _handlers, handler];
        return new Registration(() => Remove(handler));
    }

    private void Remove(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> handler)
    {
        lock (_gate)
            _handlers = [.. _handlers.Where(other => !ReferenceEquals(other, handler))];
    }
}
