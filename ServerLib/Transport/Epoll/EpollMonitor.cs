using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace ServerLib.Transport;

/// <summary>
/// Checks every 10 ms whether a loop still runs the same code. Such a loop gets a new thread at once, and the code that blocked it runs on
/// <see cref="BlockingHandlerThreads"/> from then on. Sleeps while nothing happens.
/// </summary>
internal sealed partial class EpollMonitor(ILogger logger)
{
    private const int Interval = 10;

    private readonly object _gate = new();
    private EpollLoop[] _loops = [];
    private long[] _seen = [];
    private Suspect[] _suspects = [];
    private volatile bool _stopping;
    private int _asleep;

    /// <summary>Starts to check <paramref name="loops"/>.</summary>
    public void Start(EpollLoop[] loops)
    {
        _loops = loops;
        _seen = new long[loops.Length];
        _suspects = new Suspect[loops.Length];
        new Thread(Run) { IsBackground = true, Name = "ServerLib epoll monitor" }.UnsafeStart();
    }

    /// <summary>Stops.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Wakes the monitor if it sleeps. Call this after a full fence, before code runs.</summary>
    public void WakeUp()
    {
        if (Volatile.Read(ref _asleep) == 0)
            return;
        lock (_gate)
        {
            _asleep = 0;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        // Compiles code now that must be fast later.
        _ = EpollThread.IsComputing(EpollThread.Current());
        bool wasPaused = false;
        while (!_stopping)
        {
            TimeSpan paused = GC.GetTotalPauseDuration();
            lock (_gate)
            {
                if (!_stopping)
                    Monitor.Wait(_gate, Interval);
            }

            // A garbage collection pauses all threads, so no loop counts as late after one. This is not done twice in a row.
            wasPaused = !wasPaused && GC.GetTotalPauseDuration() - paused > TimeSpan.FromMilliseconds(Interval / 2);
            if (!Check(mayAct: !wasPaused))
                Sleep();
        }
    }

    /// <summary>Compares the loops with the last check.</summary>
    /// <returns>Whether a loop has run code since then, or does now.</returns>
    private bool Check(bool mayAct)
    {
        bool isBusy = false;
        for (int i = 0; i < _loops.Length; i++)
        {
            long step = _loops[i].Step;
            bool isRunning = (step & 1) != 0;
            isBusy |= isRunning || step != _seen[i];
            if (isRunning && step == _seen[i] && mayAct)
                StandInFor(_loops[i], step, ref _suspects[i]);
            _seen[i] = step;
        }

        return isBusy;
    }

    private void Sleep()
    {
        Interlocked.Exchange(ref _asleep, 1);

        // Code that began before the flag was visible did not wake the monitor.
        bool isBusy = Check(mayAct: false);
        lock (_gate)
        {
            while (!isBusy && _asleep != 0 && !_stopping)
                Monitor.Wait(_gate);
            _asleep = 0;
        }
    }

    private void StandInFor(EpollLoop loop, long step, ref Suspect suspect)
    {
        bool computes = EpollThread.IsComputing(loop.Thread);
        if (computes && !IsUsingItsProcessor(loop.Thread, step, ref suspect))
            return;
        object? code = loop.Code;
        if (loop.TakeOver(step) is not { } late)
            return;

        // Marks the code before the new thread starts, because the waiting events may include many of the same kind.
        ContinuationAffinity affinity = late.Affinity ??= new ContinuationAffinity(late.Description);
        bool isNew = computes ? affinity.MarkSlow(Environment.TickCount64) : affinity.MarkBlocking();
        loop.Start();
        if (isNew)
            LogBlocked(code?.ToString() ?? affinity.Name, Interval);
    }

    /// <summary>
    /// Whether a runnable thread really ran. On a machine without a free processor it may have waited for one, and another thread would only
    /// wait, too.
    /// </summary>
    private static bool IsUsingItsProcessor(string? thread, long step, ref Suspect suspect)
    {
        var before = suspect;
        suspect = new Suspect(step, Stopwatch.GetTimestamp(), EpollThread.ProcessorTime(thread));
        return before.Step == step && suspect.ProcessorTime - before.ProcessorTime > Stopwatch.GetElapsedTime(before.At, suspect.At) / 2;
    }

    private readonly record struct Suspect(long Step, long At, TimeSpan ProcessorTime);
}
