using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace ServerLib.Transport;

/// <summary>
/// Looks every 10 ms whether a loop still runs what it ran before. Such a loop gets a stand-in at once, and what blocked it goes to
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

    /// <summary>Begins to look at <paramref name="loops"/>.</summary>
    public void Start(EpollLoop[] loops)
    {
        _loops = loops;
        _seen = new long[loops.Length];
        _suspects = new Suspect[loops.Length];
        new Thread(Run) { IsBackground = true, Name = "ServerLib epoll monitor" }.UnsafeStart();
    }

    /// <summary>Ends it.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Something happens, after a full fence.</summary>
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
        // What is needed in a hurry later is compiled now.
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

            // While a collection stops everything, nobody is late. But not twice in a row.
            wasPaused = !wasPaused && GC.GetTotalPauseDuration() - paused > TimeSpan.FromMilliseconds(Interval / 2);
            if (!Look(mayAct: !wasPaused))
                Sleep();
        }
    }

    /// <summary>Compares with what was seen the last time.</summary>
    /// <returns>Whether anything has happened since, or still does.</returns>
    private bool Look(bool mayAct)
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

        // What began before the flag was seen did not wake anyone up.
        bool isBusy = Look(mayAct: false);
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
        if (loop.TakeOver(step) is not { } late)
            return;

        // Before the stand-in starts: among the events that it finds there may be a hundred of the same kind.
        ContinuationAffinity affinity = late.Affinity ??= new ContinuationAffinity($"The connection from {late.RemoteEndPoint}");
        bool isNews = computes ? affinity.MarkSlow(Environment.TickCount64) : affinity.MarkBlocking();
        loop.Start();
        if (isNews)
            LogBlocked(affinity.Name, Interval);
    }

    /// <summary>
    /// Whether a thread that could run for a whole interval did. On a machine that is short of processors it may have waited for one,
    /// which is nobody's fault, and a stand-in would only wait beside it.
    /// </summary>
    private static bool IsUsingItsProcessor(string? thread, long step, ref Suspect suspect)
    {
        var before = suspect;
        suspect = new Suspect(step, Stopwatch.GetTimestamp(), EpollThread.ProcessorTime(thread));
        return before.Step == step && suspect.ProcessorTime - before.ProcessorTime > Stopwatch.GetElapsedTime(before.At, suspect.At) / 2;
    }

    private readonly record struct Suspect(long Step, long At, TimeSpan ProcessorTime);
}
