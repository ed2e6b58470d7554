using System.Diagnostics.CodeAnalysis;

namespace ServerLib.Transport;

/// <summary>
/// Threads for code that blocks. The thread pool adds only one or two threads per second, so a hundred sleeping handlers would stop
/// everything that runs on it: other connections, logins and timers. Here, work waits for a thread only after 1,024 threads are in use.
/// </summary>
internal sealed class BlockingHandlerThreads
{
    public const string ThreadName = "ServerLib blocking";

    private const int MaxThreads = 1024;
    private const int IdleMilliseconds = 10_000;

    private readonly object _gate = new();
    private readonly Queue<ReadinessSource> _waiting = [];
    private int _threads;
    private int _idle;
    private bool _isStarting;

    /// <summary>Runs the code that waits for <paramref name="readiness"/> on one of these threads.</summary>
    public void Run(ReadinessSource readiness)
    {
        bool needsThread;
        lock (_gate)
        {
            _waiting.Enqueue(readiness);
            needsThread = NeedsThread();
            if (_idle > 0)
                Monitor.Pulse(_gate);
        }

        if (needsThread)
            StartThread();
    }

    /// <summary>
    /// Starts one thread at a time, because the other threads may finish the waiting work while it starts. A thread that takes work asks
    /// again before it begins, so no work is left waiting behind code that blocks.
    /// </summary>
    private bool NeedsThread()
    {
        if (_isStarting || _waiting.Count <= _idle || _threads == MaxThreads)
            return false;
        _threads++;
        return _isStarting = true;
    }

    private void StartThread() => new Thread(RunWaiting) { IsBackground = true, Name = ThreadName }.UnsafeStart();

    private void RunWaiting()
    {
        lock (_gate)
            _isStarting = false;
        while (TryTake(out ReadinessSource? next, out bool needsThread))
        {
            if (needsThread)
                StartThread();
            next.CompleteHere();
        }
    }

    private bool TryTake([NotNullWhen(true)] out ReadinessSource? next, out bool needsThread)
    {
        lock (_gate)
        {
            while (!_waiting.TryDequeue(out next))
            {
                _idle++;
                bool isPulsed = Monitor.Wait(_gate, IdleMilliseconds);
                _idle--;
                if (!isPulsed && _waiting.Count == 0)
                {
                    _threads--;
                    needsThread = false;
                    return false;
                }
            }

            needsThread = NeedsThread();
            return true;
        }
    }
}
