namespace ServerLib.Clients;

/// <summary>
/// Bounds how much of something, such as bytes, is held at once. An amount larger than the whole budget is held alone. Only one caller
/// waits at a time, the one that reads from the server.
/// </summary>
internal sealed class Budget(int max)
{
    private readonly Lock _gate = new();
    private long _held;
    private TaskCompletionSource? _room;

    /// <summary>Takes an amount if there is room.</summary>
    public bool TryTake(long amount)
    {
        lock (_gate)
            return TakeOrWait(amount) is null;
    }

    /// <summary>Takes an amount as soon as there is room.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public async ValueTask TakeAsync(long amount, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task? room;
            lock (_gate)
                room = TakeOrWait(amount);
            if (room is null)
                return;
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Returns an amount.</summary>
    public void Return(long amount)
    {
        lock (_gate)
        {
            _held -= amount;
            _room?.SetResult();
            _room = null;
        }
    }

    private Task? TakeOrWait(long amount)
    {
        if (_held > 0 && _held + amount > max)
            return (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        _held += amount;
        return null;
    }
}
