using System.Collections.Concurrent;

namespace ServerLib.ActivityLog;

/// <summary>
/// Hands lines to its own thread, so that a caller never waits for a disk or a terminal. When the queue is full, lines are lost and counted.
/// Thread-safe.
/// </summary>
internal sealed class LineQueue : IDisposable, IAsyncDisposable
{
    private const int Capacity = 8_192;
    private const int MaxBatch = 512;

    private readonly BlockingCollection<string> _lines = new(Capacity);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<IReadOnlyList<string>> _write;
    private readonly Thread _thread;
    private long _lost;

    /// <param name="name">The thread's name.</param>
    /// <param name="write">Writes lines in their order. Only the queue's thread calls it. It must not throw.</param>
    public LineQueue(string name, Action<IReadOnlyList<string>> write)
    {
        _write = write;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Adds a line, or counts it as lost. Never waits.</summary>
    public void Add(string line)
    {
        try
        {
            if (!_lines.TryAdd(line))
                Interlocked.Increment(ref _lost);
        }
        catch (InvalidOperationException)
        {
            // The queue is closed.
        }
    }

    /// <summary>The number of lines that were lost since the last call.</summary>
    public long TakeLost() => Interlocked.Exchange(ref _lost, 0);

    /// <summary>Writes the waiting lines, and ends the thread. Blocks until that is done.</summary>
    public void Dispose()
    {
        Complete();
        _thread.Join();
        _lines.Dispose();
    }

    /// <summary>Writes the waiting lines, and ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        Complete();
        await _ended.Task.ConfigureAwait(false);
        _lines.Dispose();
    }

    private void Complete()
    {
        try
        {
            _lines.CompleteAdding();
        }
        catch (ObjectDisposedException)
        {
            // The queue was disposed before.
        }
    }

    private void Run()
    {
        var batch = new List<string>();
        foreach (string first in _lines.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < MaxBatch && _lines.TryTake(out string? next))
                batch.Add(next);
            _write(batch);
            batch.Clear();
        }

        _ended.SetResult();
    }
}
