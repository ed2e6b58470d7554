using System.Diagnostics.CodeAnalysis;

namespace ServerLib.Transport;

/// <summary>
/// Threads for code that blocks. The runtime's pool grows by a thread or two a second: a hundred handlers that sleep would stop all
/// that runs there, other connections of the same kind, logins and timers among it. Here nothing waits while threads may be added.
/// </summary>
internal static class BlockingHandlerThreads
{
    public const string Name = "ServerLib blocking";

    private const int MaxThreads = 1024;
    private const int IdleMilliseconds = 10_000;

    private static readonly object Gate = new();
    private static readonly Queue<ReadinessSource> Waiting = [];
    private static int _threads;
    private static int _idle;
    private static bool _isStarting;

    /// <summary>Lets who waits go on, on one of these threads.</summary>
    public static void Run(ReadinessSource readiness)
    {
        bool needsThread;
        lock (Gate)
        {
            Waiting.Enqueue(readiness);
            needsThread = NeedsThread();
            if (_idle > 0)
                Monitor.Pulse(Gate);
        }

        if (needsThread)
            StartThread();
    }

    /// <summary>
    /// One at a time: starting one takes its time, in which the others may have done what waits. Whoever takes something asks again
    /// before he begins, so nothing is left behind one that blocks.
    /// </summary>
    private static bool NeedsThread()
    {
        if (_isStarting || Waiting.Count <= _idle || _threads == MaxThreads)
            return false;
        _threads++;
        return _isStarting = true;
    }

    private static void StartThread() => new Thread(RunWaiting) { IsBackground = true, Name = Name }.UnsafeStart();

    private static void RunWaiting()
    {
        lock (Gate)
            _isStarting = false;
        while (TryTake(out ReadinessSource? next, out bool needsThread))
        {
            if (needsThread)
                StartThread();
            next.CompleteHere();
        }
    }

    private static bool TryTake([NotNullWhen(true)] out ReadinessSource? next, out bool needsThread)
    {
        lock (Gate)
        {
            while (!Waiting.TryDequeue(out next))
            {
                _idle++;
                bool isPulsed = Monitor.Wait(Gate, IdleMilliseconds);
                _idle--;
                if (!isPulsed && Waiting.Count == 0)
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
