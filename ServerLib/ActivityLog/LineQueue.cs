using System.Collections.Concurrent;

namespace ServerLib.ActivityLog;

/// <summary>
/// Hands lines to a thread of its own, so that whoever has something to say never waits for a disk or a terminal. When the
/// queue is full, lines are lost and counted.
/// </summary>
internal sealed class LineQueue : IDisposable
{
    private const int Capacity = 8_192;
    private const int MaxBatch = 512;

    private readonly BlockingCollection<string> _lines = new(Capacity);
    private readonly Action<IReadOnlyList<string>> _write;
    private readonly Thread _thread;
    private long _lost;

    /// <param name="name">The thread's name.</param>
    /// <param name="write">Writes lines, in order; called on the queue's thread only, and must not throw.</param>
    public LineQueue(string name, Action<IReadOnlyList<string>> write)
    {
        _write = write;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Takes a line, or loses it; never waits.</summary>
    public void Add(string line)
    {
        try
        {
            if (!_lines.TryAdd(line))
                Interlocked.Increment(ref _lost);
        }
        catch (InvalidOperationException)
        {
            // Closed: who speaks after the end is not heard.
        }
    }

    /// <summary>How many lines were lost since this was last asked.</summary>
    public long TakeLost() => Interlocked.Exchange(ref _lost, 0);

    /// <summary>Writes what has been taken, and ends.</summary>
    public void Dispose()
    {
        _lines.CompleteAdding();
        _thread.Join();
        _lines.Dispose();
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
    }
}
