using System.Diagnostics;
using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Generator;

/// <summary>Drives a set of links on one thread: what comes is taken, and answered with what a subclass wants sent.</summary>
internal abstract class LinkLoop : IReplies
{
    private const int Timeout = 10;

    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly byte[] _events = new byte[1024 * 16];
    private readonly Histogram _times = new();
    private long _count;
    private long _measuringSince = long.MaxValue;
    private long _measuringUntil = long.MaxValue;

    protected LinkLoop(LinkSet links) => Links = links;

    protected LinkSet Links { get; }

    /// <summary>When the bytes that are being taken were there: the clock is read once for all that were there together.</summary>
    protected long Now { get; private set; }

    /// <summary>The time as of which the link that is being served sends.</summary>
    protected long Sending { get; private set; }

    protected bool IsStopping { get; private set; }

    /// <summary>How long to wait at most for something to come, in milliseconds.</summary>
    protected virtual int PatienceMs => 100;

    public abstract void OnReply(Link link, int sender, ulong sequence);

    /// <summary>Warms up, measures, and waits until everything has come back.</summary>
    public GeneratorReply Run(double warmUp, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        _measuringSince = start + (long)(warmUp * Stopwatch.Frequency);
        _measuringUntil = _measuringSince + (long)(seconds * Stopwatch.Frequency);
        long silentSince = start;
        TimeSpan busy = default;
        bool isMeasuring = false;
        Begin(start);
        while (!IsStopping || IsWaiting())
        {
            int count = Libc.Wait(Links.Epoll, _events, PatienceMs);
            Now = Stopwatch.GetTimestamp();
            if (count > 0)
                silentSince = Now;
            else if (Stopwatch.GetElapsedTime(silentSince, Now).TotalSeconds > Timeout)
                throw new TimeoutException($"Nothing has come for {Timeout} s.");
            for (int i = 0; i < count; i++)
                Serve(Links[Libc.DataOf(_events, i)]);
            Now = Stopwatch.GetTimestamp();
            Go(Now);
            if (!isMeasuring && Now >= _measuringSince)
            {
                isMeasuring = true;
                busy = Environment.CpuUsage.TotalTime;
            }

            if (!IsStopping && Now >= _measuringUntil)
            {
                IsStopping = true;
                busy = Environment.CpuUsage.TotalTime - busy;
            }
        }

        return new GeneratorReply
        {
            Count = _count,
            Rate = _count / seconds,
            P50Us = _times.Percentile(0.5) / 1000,
            P99Us = _times.Percentile(0.99) / 1000,
            MaxUs = _times.Max / 1000.0,
            Busy = busy.TotalSeconds / seconds,
        };
    }

    /// <summary>Sends the first messages.</summary>
    protected abstract void Begin(long now);

    /// <summary>Sends what is due, where that is not what comes back that decides.</summary>
    protected virtual void Go(long now)
    {
    }

    /// <summary>Whether something that was sent has not come back yet.</summary>
    protected abstract bool IsWaiting();

    /// <summary>Notes that something has come back. What comes late is not counted, but how late it was is.</summary>
    protected void Note(long sentAt)
    {
        if (Now < _measuringSince)
            return;
        _times.Record((Now - sentAt) * (1_000_000_000 / Stopwatch.Frequency));
        if (Now < _measuringUntil)
            _count++;
    }

    /// <summary>Sends what a link has, and asks to be told when it can go on.</summary>
    protected void Flush(Link link)
    {
        link.Flush();
        if (link.HasUnsent == link.WaitsToSend)
            return;
        link.WaitsToSend = link.HasUnsent;
        Libc.Watch(Links.Epoll, Libc.ControlModify, link.Channel.Descriptor, link.HasUnsent ? Libc.In | Libc.Out : Libc.In, link.Index);
    }

    private void Serve(Link link)
    {
        Sending = Stopwatch.GetTimestamp();
        link.Receive(_buffer, this);
        Flush(link);
    }
}
