using System.Diagnostics;
using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Generator;

/// <summary>Drives a set of links on one thread. A subclass decides what to send for what arrives.</summary>
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

    /// <summary>The time of the current batch of events. The clock is read once per batch.</summary>
    protected long Now { get; private set; }

    /// <summary>The send time of the current link.</summary>
    protected long Sending { get; private set; }

    protected bool IsStopping { get; private set; }

    /// <summary>The maximum time to wait for an event, in milliseconds.</summary>
    protected virtual int PatienceMs => 100;

    public abstract void OnReply(Link link, int sender, ulong sequence);

    /// <summary>Warms up, measures, and waits until all messages have come back.</summary>
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
                throw new TimeoutException($"Nothing has arrived for {Timeout} s.");
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

    /// <summary>Sends what is due, if sending does not depend on what comes back.</summary>
    protected virtual void Go(long now)
    {
    }

    /// <summary>Whether messages are still in flight.</summary>
    protected abstract bool IsWaiting();

    /// <summary>Records an arrival. Arrivals after the end of the measurement are not counted, but their latency is.</summary>
    protected void Note(long sentAt)
    {
        if (Now < _measuringSince)
            return;
        _times.Record((Now - sentAt) * (1_000_000_000 / Stopwatch.Frequency));
        if (Now < _measuringUntil)
            _count++;
    }

    /// <summary>Sends what a link has buffered, and waits for the descriptor if necessary.</summary>
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
