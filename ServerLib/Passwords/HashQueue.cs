using System.Diagnostics.CodeAnalysis;

namespace ServerLib.Passwords;

/// <summary>
/// Threads of a lower priority that do nothing but hash, and the two lines before them: one for who is preferred, one for all others.
/// They are served by turns, so that neither holds up the other, and in each of them first come first served. Each is bounded, and nobody
/// waits to get into it.
/// </summary>
internal sealed class HashQueue : IDisposable
{
    private readonly object _gate = new();
    private readonly Line _preferred;
    private readonly Line _others;
    private readonly Thread[] _threads;
    private bool _wasPreferred;
    private bool _closed;

    /// <param name="threads">How many threads.</param>
    /// <param name="length">How much may wait in each line while all threads work.</param>
    public HashQueue(int threads, int length)
    {
        _preferred = new Line(threads + length);
        _others = new Line(threads + length);
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
    /// <param name="hasPriority">In which line it waits.</param>
    /// <param name="cancellationToken">Gives up waiting, and the place in the queue with it; work that has begun is finished.</param>
    /// <returns>What the work returned, or <paramref name="busy"/>.</returns>
    /// <exception cref="ObjectDisposedException">The queue was closed before.</exception>
    public Task<T> RunAsync<T>(Func<T> work, T busy, bool hasPriority, CancellationToken cancellationToken)
    {
        var item = new HashWork<T>(work, busy);
        Line line = hasPriority ? _preferred : _others;

        // Before it is queued: a thread may take and finish it at once, and ends the registration then.
        item.Cancellation = cancellationToken.UnsafeRegister((_, token) => Cancel(item, line, token), null);
        bool queued = false;
        try
        {
            queued = TryAdd(item, line);
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
            dropped = [.. _preferred.Waiting, .. _others.Waiting];
            _preferred.Waiting.Clear();
            _others.Waiting.Clear();
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

    private bool TryAdd(HashWork item, Line line)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (item.IsOver)
                return false;
            if (line.Unfinished == line.Capacity)
            {
                item.Refuse();
                return false;
            }

            line.Unfinished++;
            line.Waiting.AddLast(item.Node);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    private void Cancel(HashWork item, Line line, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (item.Node.List is not null)
            {
                line.Waiting.Remove(item.Node);
                line.Unfinished--;
            }

            item.Cancel(cancellationToken);
        }
    }

    private void Run()
    {
        LowPriority.EnterOnThisThread();
        while (TryTake(out HashWork? item, out Line? line))
        {
            if (!item.IsOver)
                item.Execute();
            item.Cancellation.Unregister();

            // Room first, answer second: whoever has an answer finds room for his next question.
            lock (_gate)
                line.Unfinished--;
            item.Complete();
        }
    }

    private bool TryTake([NotNullWhen(true)] out HashWork? item, [NotNullWhen(true)] out Line? line)
    {
        lock (_gate)
        {
            while (_preferred.Waiting.Count + _others.Waiting.Count == 0 && !_closed)
                Monitor.Wait(_gate);
            _wasPreferred = _others.Waiting.Count == 0 || (_preferred.Waiting.Count > 0 && !_wasPreferred);
            line = _wasPreferred ? _preferred : _others;
            item = line.Waiting.First?.Value;
            if (item is null)
                return false;
            line.Waiting.RemoveFirst();
            return true;
        }
    }

    private sealed class Line(int capacity)
    {
        public int Capacity => capacity;

        public LinkedList<HashWork> Waiting { get; } = new();

        /// <summary>How much waits here, or is being done.</summary>
        public int Unfinished { get; set; }
    }
}
