using ServerLib.Diagnostics;

namespace ServerLib.Server;

/// <summary>How often something was refused in the last ten minutes, by reason. One bucket has the counts of a minute.</summary>
internal sealed class RefusalHistory(TrafficCounters counters)
{
    private const int Minutes = 10;
    private const int SecondsPerMinute = 60;

    // What was counted when each of the last minutes began, the current one first.
    private readonly long[][] _starts = [.. Enumerable.Range(0, Minutes).Select(_ => new long[TrafficCounters.ReasonCount])];
    private int _seconds;

    /// <summary>Notes that time has passed.</summary>
    public void Advance(int seconds)
    {
        for (_seconds += seconds; _seconds >= SecondsPerMinute; _seconds -= SecondsPerMinute)
            BeginMinute();
    }

    /// <summary>The reasons with their counts, the most frequent first.</summary>
    public TrafficRefusal[] ByReason() =>
    [
        .. Enumerable.Range(0, TrafficCounters.ReasonCount)
            .Select(reason => new TrafficRefusal(TrafficCounters.NameOf(reason), counters.RefusedFor(reason) - _starts[^1][reason]))
            .Where(refusal => refusal.Count > 0)
            .OrderByDescending(refusal => refusal.Count),
    ];

    private void BeginMinute()
    {
        long[] oldest = _starts[^1];
        Array.Copy(_starts, 0, _starts, 1, Minutes - 1);
        _starts[0] = oldest;
        for (int reason = 0; reason < oldest.Length; reason++)
            oldest[reason] = counters.RefusedFor(reason);
    }
}
