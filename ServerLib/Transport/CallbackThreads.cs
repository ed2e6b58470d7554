namespace ServerLib.Transport;

/// <summary>
/// Threads for code that blocks. The runtime's pool grows by a thread or two a second: a hundred handlers that sleep would stop all
/// that runs there, other connections of the same kind, logins and timers among it. Here nothing waits while threads may be added.
/// </summary>
internal static class CallbackThreads
{
    public const string Name = "ServerLib blocking";

    private const int MaxThreads = 1024;
    private const int IdleMilliseconds = 10_000;

    private static readonly object Gate = new();
    private static readonly Queue<EpollReadiness> Waiting = [];
    private static int _threads;
    private static int _idle;

    /// <summary>Lets who waits go on, on one of these threads.</summary>
    public static void Run(EpollReadiness readiness)
    {
        lock (Gate)
        {
            Waiting.Enqueue(readiness);
            if (Waiting.Count <= _idle || _threads == MaxThreads)
            {
                Monitor.Pulse(Gate);
                return;
            }

            _threads++;
        }

        new Thread(RunWaiting) { IsBackground = true, Name = Name }.UnsafeStart();
    }

    private static void RunWaiting()
    {
        while (true)
        {
            EpollReadiness? next;
            lock (Gate)
            {
                while (!Waiting.TryDequeue(out next))
                {
                    _idle++;
                    bool isNeeded = Monitor.Wait(Gate, IdleMilliseconds);
                    _idle--;
                    if (!isNeeded && Waiting.Count == 0)
                    {
                        _threads--;
                        return;
                    }
                }
            }

            next.CompleteHere();
        }
    }
}
