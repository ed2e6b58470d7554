namespace ServerLib.Clients;

/// <summary>
/// How many bytes of what has come may be held at once: who would hold more waits. What is larger than all that is held alone. One waits at
/// a time, for the server is read by one.
/// </summary>
internal sealed class ByteBudget(int max)
{
    private readonly Lock _gate = new();
    private long _held;
    private bool _isClosed;
    private TaskCompletionSource? _room;

    /// <summary>Takes what is needed, if there is room for it.</summary>
    public bool TryTake(long bytes)
    {
        lock (_gate)
            return TakeOrWait(bytes) is null;
    }

    /// <summary>Takes what is needed, as soon as there is room for it; after the end at once.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async ValueTask TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task? room;
            lock (_gate)
                room = TakeOrWait(bytes);
            if (room is null)
                return;
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void GiveBack(long bytes)
    {
        lock (_gate)
        {
            _held -= bytes;
            MakeRoom();
        }
    }

    /// <summary>Nobody waits any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            MakeRoom();
        }
    }

    private Task? TakeOrWait(long bytes)
    {
        if (_held > 0 && _held + bytes > max && !_isClosed)
            return (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        _held += bytes;
        return null;
    }

    private void MakeRoom()
    {
        _room?.SetResult();
        _room = null;
    }
}
