namespace ServerLib.Transport;

/// <summary>
/// While the frames of one read are being handled on this thread, what they send is gathered for each recipient and written once:
/// at the end, at 16 KiB, or as soon as a handler waits for something.
/// </summary>
internal sealed class WriteBatch
{
    [ThreadStatic]
    private static WriteBatch? _ofThisThread;

    private readonly List<SendQueue> _gathered = [];
    private int _depth;

    /// <summary>
    /// The batch that is open on this thread; <see langword="null"/> when there is none, and what is sent is written at once.
    /// </summary>
    public static WriteBatch? Current => _ofThisThread is { _depth: > 0 } open ? open : null;

    /// <summary>Opens this thread's batch. To be closed on the same thread, before anything is awaited.</summary>
    public static WriteBatch Open()
    {
        WriteBatch batch = _ofThisThread ??= new WriteBatch();
        batch._depth++;
        return batch;
    }

    /// <summary>Notes a queue that has gathered something.</summary>
    public void Add(SendQueue queue) => _gathered.Add(queue);

    /// <summary>Writes what was gathered, unless this thread's batch is still open further up.</summary>
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
