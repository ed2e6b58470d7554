namespace ServerLib.ActivityLog;

/// <summary>
/// Hands lines to its own thread, so that a caller never waits for a disk or a terminal. When the queue is full, lines are lost and counted.
/// Thread-safe.
/// </summary>
/// <typeparam name="T">A line.</typeparam>
internal sealed class LineQueue<T> : IDisposable, IAsyncDisposable
{
    private const int Capacity = 8_192;
    private const int MaxBatch = 512;
    private const int GatherMilliseconds = 5;

    private readonly object _gate = new();
    private readonly Queue<T> _lines = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<IReadOnlyList<T>> _write;
    private readonly Thread _thread;
    private bool _isIdle;
    private bool _isClosed;
    private long _lost;

    /// <param name="name">The thread's name.</param>
    /// <param name="write">Writes lines in their order. Only the queue's thread calls it. It must not throw.</param>
    public LineQueue(string name, Action<IReadOnlyList<T>> write)
    {
        _write = write;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Adds a line, or counts it as lost. Never waits.</summary>
    public void Add(T line)
    {
        lock (_gate)
        {
            if (_isClosed)
                return;
            if (_lines.Count >= Capacity)
                _lost++;
            else
                _lines.Enqueue(line);
            if (_isIdle)
                Monitor.Pulse(_gate);
            _isIdle = false;
        }
    }

    /// <summary>The number of lines that were lost since the last call.</summary>
    public long TakeLost()
    {
        lock (_gate)
        {
            long lost = _lost;
            _lost = 0;
            return lost;
        }
    }

    /// <summary>Writes the waiting lines, and ends the thread. Blocks until that is done.</summary>
    public void Dispose()
    {
        Complete();
        _thread.Join();
    }

    /// <summary>Writes the waiting lines, and ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        Complete();
        await _ended.Task.ConfigureAwait(false);
    }

    private void Complete()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        var batch = new List<T>();
        while (TryTake(batch))
        {
            _write(batch);
            batch.Clear();
        }

        _ended.SetResult();
    }

    /// <summary>
    /// Waits for lines. Unless there are many, it waits a little longer, so that a busy server wakes this thread, and writes, once for many
    /// lines.
    /// </summary>
    /// <returns><see langword="false"/> if there are no lines left and the queue is closed.</returns>
    private bool TryTake(List<T> batch)
    {
        lock (_gate)
        {
            while (_lines.Count == 0 && !_isClosed)
            {
                _isIdle = true;
                Monitor.Wait(_gate);
            }

            if (_lines.Count < MaxBatch && !_isClosed)
                Monitor.Wait(_gate, GatherMilliseconds);
            while (batch.Count < MaxBatch && _lines.TryDequeue(out T? line))
                batch.Add(line);
            return batch.Count > 0;
        }
    }
}
