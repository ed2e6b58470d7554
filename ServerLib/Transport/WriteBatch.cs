namespace ServerLib.Transport;

/// <summary>
/// Gathers what handlers send while the frames of one read are handled on this thread, and writes it once per recipient: at the end, at 16 KiB,
/// or when a handler waits for something.
/// </summary>
internal sealed class WriteBatch
{
    [ThreadStatic]
    private static WriteBatch? _ofThisThread;

    private readonly List<SendQueue> _gathered = [];
    private int _depth;

    /// <summary>
    /// The batch that is open on this thread; <see langword="null"/> if there is none, and frames are written at once.
    /// </summary>
    public static WriteBatch? Current => _ofThisThread is { _depth: > 0 } open ? open : null;

    /// <summary>Opens this thread's batch. Close it on the same thread, before anything is awaited.</summary>
    public static WriteBatch Open()
    {
        WriteBatch batch = _ofThisThread ??= new WriteBatch();
        batch._depth++;
        return batch;
    }

    /// <summary>Adds a queue that has gathered frames.</summary>
    public void Add(SendQueue queue) => _gathered.Add(queue);

    /// <summary>Writes the gathered frames, unless an outer call still has the batch open.</summary>
    public void Close()
    {
        if (--_depth == 0 && _gathered.Count > 0)
            Flush();
    }

    private void Flush()
    {
        foreach (SendQueue queue in _gathered)
            queue.WriteGathered();
        _gathered.Clear();
    }
}
