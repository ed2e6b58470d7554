namespace ServerLib.Passwords;

/// <summary>
/// Threads of a lower priority that do nothing but hash, and the queue before them. The queue is bounded, first come first
/// served, and nobody waits to get into it.
/// </summary>
internal sealed class HashQueue : IDisposable
{
    private readonly object _gate = new();
    private readonly LinkedList<HashWork> _waiting = new();
    private readonly Thread[] _threads;
    private readonly int _capacity;
    private int _unfinished;
    private bool _closed;

    /// <param name="threads">How many threads.</param>
    /// <param name="length">How much may wait while all threads work.</param>
    public HashQueue(int threads, int length)
    {
        _capacity = threads + length;
        _threads = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            _threads[i] = new Thread(Run) { IsBackground = true, Name = $"ServerLib hashing {i + 1}" };
            _threads[i].UnsafeStart();
        }
    }

    /// <summary>Has work done on one of the threads.</summary>
    /// <param name="work">The work. What it throws is thrown to the one who waits, and to nobody else.</param>
    /// <param name="busy">The answer when there is no room, and when the queue is closed before the work has begun.</param>
    /// <param name="cancellationToken">Gives up waiting, and the place in the queue with it; work that has begun is finished.</param>
    /// <returns>What the work returned, or <paramref name="busy"/>.</returns>
    /// <exception cref="ObjectDisposedException">The queue was closed before.</exception>
    public Task<T> RunAsync<T>(Func<T> work, T busy, CancellationToken cancellationToken)
    {
        var item = new HashWork<T>(work, busy);

        // Before it is queued: a thread may take and finish it at once, and ends the registration then.
        item.Cancellation = cancellationToken.UnsafeRegister((_, token) => Cancel(item, token), null);
        bool queued = false;
        try
        {
            queued = TryAdd(item);
        }
        finally
        {
            if (!queued)
                item.Cancellation.Unregister();
        }

        return item.Task;
    }

    /// <summary>Answers who waits with busy, lets the threads finish what they are at, and ends them.</summary>
    public void Dispose()
    {
        HashWork[] dropped;
        lock (_gate)
        {
            _closed = true;
            dropped = [.. _waiting];
            _waiting.Clear();
            Monitor.PulseAll(_gate);
        }

        foreach (HashWork item in dropped)
        {
            item.Cancellation.Unregister();
            item.Refuse();
        }

        foreach (Thread thread in _threads)
            thread.Join();
    }

    private bool TryAdd(HashWork item)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (item.IsOver)
                return false;
            if (_unfinished == _capacity)
            {
                item.Refuse();
                return false;
            }

            _unfinished++;
            _waiting.AddLast(item.Node);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    private void Cancel(HashWork item, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (item.Node.List is not null)
            {
                _waiting.Remove(item.Node);
                _unfinished--;
            }

            item.Cancel(cancellationToken);
        }
    }

    private void Run()
    {
        LowPriority.EnterOnThisThread();
        while (Take() is { } item)
        {
            if (!item.IsOver)
                item.Execute();
            item.Cancellation.Unregister();

            // Room first, answer second: whoever has an answer finds room for his next question.
            lock (_gate)
                _unfinished--;
            item.Complete();
        }
    }

    private HashWork? Take()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_closed)
                Monitor.Wait(_gate);
            if (_waiting.First is not { } first)
                return null;
            _waiting.RemoveFirst();
            return first.Value;
        }
    }
}
