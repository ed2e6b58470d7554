namespace ServerLib.Connections;

/// <summary>The calls of one client that are running, and those that the client has canceled before they began. Thread-safe.</summary>
/// <param name="connection">The client's connection.</param>
internal sealed class RunningCalls(Connection connection)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, CancellationTokenSource> _calls = [];
    private HashSet<uint>? _canceledAhead;
    private CancellationTokenSource? _spare;
    private TaskCompletionSource? _ended;

    /// <summary>Whether no call is running.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>The number of calls that are running.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _calls.Count;
        }
    }

    /// <summary>Begins a call.</summary>
    /// <param name="id">The call's id.</param>
    /// <param name="canceled">Canceled by CANCEL, and at the end of the connection.</param>
    /// <returns><see langword="false"/> if a call with this id is running.</returns>
    public bool TryBegin(uint id, out CancellationToken canceled)
    {
        lock (_lock)
        {
            CancellationTokenSource source = _spare ?? CancellationTokenSource.CreateLinkedTokenSource(connection.Aborted);
            canceled = source.Token;
            bool isNew = _calls.TryAdd(id, source);
            _spare = isNew ? null : source;
            return isNew;
        }
    }

    /// <summary>A call has ended and is answered.</summary>
    public void End(uint id)
    {
        TaskCompletionSource? ended;
        lock (_lock)
        {
            if (_calls.Remove(id, out CancellationTokenSource? source))
            {
                // The next call uses it again.
                if (_spare is null && source.TryReset())
                    _spare = source;
                else
                    source.Dispose();
            }

            (ended, _ended) = (_ended, null);
        }

        ended?.SetResult();
    }

    /// <summary>The client has canceled a call. That of an unknown id is ignored.</summary>
    public void Cancel(uint id)
    {
        lock (_lock)
        {
            _canceledAhead?.Remove(id);
            CancelRunning(id);
        }
    }

    /// <summary>
    /// The same, while messages wait to be read. The call may be among them. <see cref="Cancel"/> follows when the CANCEL is read again, so
    /// no more ids are kept than frames are buffered.
    /// </summary>
    public void CancelAhead(uint id)
    {
        lock (_lock)
        {
            if (!CancelRunning(id))
                (_canceledAhead ??= []).Add(id);
        }
    }

    /// <summary>Whether the client has canceled a call that is about to begin.</summary>
    public bool IsCanceledAhead(uint id)
    {
        lock (_lock)
            return _canceledAhead?.Contains(id) == true;
    }

    /// <summary>Waits until fewer than <paramref name="max"/> calls are running.</summary>
    public async ValueTask WaitForFewerThanAsync(int max)
    {
        while (true)
        {
            Task ended;
            lock (_lock)
            {
                if (_calls.Count < max)
                    return;
                ended = (_ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await ended.ConfigureAwait(false);
        }
    }

    private bool CancelRunning(uint id)
    {
        if (!_calls.TryGetValue(id, out CancellationTokenSource? source))
            return false;

        // The callbacks run on another thread, and not under the lock.
        _ = source.CancelAsync();
        return true;
    }
}
