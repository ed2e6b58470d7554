using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace ServerLib.Transport;

/// <summary>
/// Looks every 10 ms whether a loop still runs what it ran before. Such a loop gets a stand-in at once, and what blocked it goes to the
/// thread pool from then on. Sleeps while nothing happens.
/// </summary>
internal sealed partial class EpollMonitor(ILogger logger)
{
    private const int Interval = 10;

    private readonly object _gate = new();
    private EpollLoop[] _loops = [];
    private long[] _seen = [];
    private volatile bool _stopping;
    private int _asleep;

    /// <summary>Begins to look at <paramref name="loops"/>.</summary>
    public void Start(EpollLoop[] loops)
    {
        _loops = loops;
        _seen = new long[loops.Length];
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
        bool wasLate = false;
        while (!_stopping)
        {
            long begin = Stopwatch.GetTimestamp();
            lock (_gate)
            {
                if (!_stopping)
                    Monitor.Wait(_gate, Interval);
            }

            // Who is late himself can't tell who else is: everything stood still, in a collection for instance. But not twice in a row.
            wasLate = !wasLate && Stopwatch.GetElapsedTime(begin).TotalMilliseconds > 2 * Interval;
            if (!Look(mayAct: !wasLate))
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
                StandInFor(_loops[i], step);
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

    private void StandInFor(EpollLoop loop, long step)
    {
        if (!loop.TakeOver(step, out EpollConnection? late, out string? thread))
            return;
        if (late is not null)
        {
            // Before the stand-in starts: among the events that it finds there may be a hundred of the same kind.
            CallbackOwner owner = late.Owner ??= new CallbackOwner($"The connection from {late.RemoteEndPoint}");
            if (IsComputing(thread) ? owner.MarkSlow(Environment.TickCount64) : owner.MarkBlocking())
                LogBlocked(owner.Name, Interval);
        }

        loop.Start();
    }

    /// <summary>Whether a thread has a processor or waits for one, rather than for something else.</summary>
    private static bool IsComputing(string? thread)
    {
        try
        {
            if (thread is null)
                return false;
            string state = File.ReadAllText($"/proc/{thread}/stat");
            return state.AsSpan(state.LastIndexOf(')') + 1).TrimStart().StartsWith('R');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
