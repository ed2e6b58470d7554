using System.Diagnostics.CodeAnalysis;

namespace ServerLib.Passwords;

/// <summary>
/// Threads with a lower priority that only hash, and two queues for them: one for work with priority, one for all other work. The threads
/// take from both in turns, so that neither delays the other. Each queue is bounded and first-in, first-out. Thread-safe.
/// </summary>
internal sealed class HashQueue : IDisposable, IAsyncDisposable
{
    private readonly object _lock = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WorkQueue _priority;
    private readonly WorkQueue _normal;
    private readonly Thread[] _threads;
    private int _runningThreads;
    private bool _lastHadPriority;
    private bool _isClosed;

    /// <param name="threads">The number of threads.</param>
    /// <param name="length">How much work may wait in each queue while all threads are busy.</param>
    public HashQueue(int threads, int length)
    {
        _priority = new WorkQueue(threads + length);
        _normal = new WorkQueue(threads + length);
        _threads = new Thread[threads];
        _runningThreads = threads;
        for (int i = 0; i < threads; i++)
        {
            _threads[i] = new Thread(Run) { IsBackground = true, Name = $"ServerLib hashing {i + 1}" };
            _threads[i].UnsafeStart();
        }
    }

    /// <summary>How much work waits for a thread.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_lock)
                return _priority.Waiting.Count + _normal.Waiting.Count;
        }
    }

    /// <summary>Does work on one of the threads.</summary>
    /// <param name="work">The work. An exception of it fails the returned task, and nothing else.</param>
    /// <param name="busy">The result if the queue is full, or if it is closed before the work has started.</param>
    /// <param name="hasPriority">Which queue to use.</param>
    /// <param name="cancellationToken">Stops waiting, and removes the work from the queue. Work that has started is completed.</param>
    /// <returns>The result of the work, or <paramref name="busy"/>.</returns>
    /// <exception cref="ObjectDisposedException">The queue is closed.</exception>
    public Task<T> RunAsync<T>(Func<T> work, T busy, bool hasPriority, CancellationToken cancellationToken)
    {
        var item = new HashWork<T>(work, busy);
        WorkQueue queue = hasPriority ? _priority : _normal;

        // Registers first: once the item is in the queue, a thread may complete it at once, and then ends the registration.
        item.Cancellation = cancellationToken.UnsafeRegister((_, token) => Cancel(item, queue, token), null);
        bool isQueued = false;
        try
        {
            isQueued = TryAdd(item, queue);
        }
        finally
        {
            if (!isQueued)
                item.Cancellation.Unregister();
        }

        return item.Task;
    }

    /// <summary>Answers waiting work with busy, completes the current work, and ends the threads. Blocks until that is done.</summary>
    public void Dispose()
    {
        Close();
        foreach (Thread thread in _threads)
            thread.Join();
    }

    /// <summary>Answers waiting work with busy, completes the current work, and ends the threads.</summary>
    public ValueTask DisposeAsync()
    {
        Close();
        return new(_ended.Task);
    }

    private void Close()
    {
        HashWork[] dropped;
        lock (_lock)
        {
            _isClosed = true;
            dropped = [.. _priority.Waiting, .. _normal.Waiting];
            _priority.Waiting.Clear();
            _normal.Waiting.Clear();
            Monitor.PulseAll(_lock);
        }

        foreach (HashWork item in dropped)
        {
            item.Cancellation.Unregister();
            item.Refuse();
        }
    }

    private bool TryAdd(HashWork item, WorkQueue queue)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (item.IsOver)
                return false;
            if (queue.Unfinished == queue.Capacity)
            {
                item.Refuse();
                return false;
            }

            queue.Unfinished++;
            queue.Waiting.AddLast(item.Node);
            Monitor.Pulse(_lock);
            return true;
        }
    }

    private void Cancel(HashWork item, WorkQueue queue, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (item.Node.List is not null)
            {
                queue.Waiting.Remove(item.Node);
                queue.Unfinished--;
            }

            item.Cancel(cancellationToken);
        }
    }

    private void Run()
    {
        LowPriority.EnterOnThisThread();
        while (TryTake(out HashWork? item, out WorkQueue? queue))
        {
            if (!item.IsOver)
                item.Execute();
            item.Cancellation.Unregister();

            // Frees the slot before it answers, so that a client that gets its answer finds room for its next request.
            lock (_lock)
                queue.Unfinished--;
            item.Complete();
        }

        if (Interlocked.Decrement(ref _runningThreads) == 0)
            _ended.SetResult();
    }

    private bool TryTake([NotNullWhen(true)] out HashWork? item, [NotNullWhen(true)] out WorkQueue? queue)
    {
        lock (_lock)
        {
            while (WaitingCount == 0 && !_isClosed)
                Monitor.Wait(_lock);
            _lastHadPriority = _normal.Waiting.Count == 0 || (_priority.Waiting.Count > 0 && !_lastHadPriority);
            queue = _lastHadPriority ? _priority : _normal;
            item = queue.Waiting.First?.Value;
            if (item is null)
                return false;
            queue.Waiting.RemoveFirst();
            return true;
        }
    }

    private sealed class WorkQueue(int capacity)
    {
        public int Capacity => capacity;

        public LinkedList<HashWork> Waiting { get; } = new();

        /// <summary>How much work waits or is being done.</summary>
        public int Unfinished { get; set; }
    }
}
