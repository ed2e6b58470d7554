namespace ServerLib.RateLimiting;

/// <summary>Counts what needs no line in the log for each: the first at once, the others together, every now and then.</summary>
internal sealed class LogSampler(TimeSpan every, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _count;
    private long _lastReport;

    /// <summary>Counts one more.</summary>
    /// <param name="count">How many there were since the last report, when it is time for the next.</param>
    /// <returns>Whether it is.</returns>
    public bool AddAndReport(out long count)
    {
        lock (_gate)
        {
            count = ++_count;
            long now = time.GetTimestamp();
            if (_lastReport != 0 && time.GetElapsedTime(_lastReport, now) < every)
                return false;
            (_count, _lastReport) = (0, now);
            return true;
        }
    }
}
