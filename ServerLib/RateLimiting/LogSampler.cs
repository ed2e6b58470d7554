namespace ServerLib.RateLimiting;

/// <summary>Passes the first event of each interval to the log, and counts the rest. Thread-safe.</summary>
/// <param name="interval">The least time between two log entries.</param>
/// <param name="time">The clock.</param>
internal sealed class LogSampler(TimeSpan interval, TimeProvider time)
{
    private readonly RateLimit _limit = RateLimit.Every(interval, burst: 1, time);
    private readonly Lock _lock = new();
    private long _fullAt;
    private long _count;

    /// <summary>Counts an event.</summary>
    /// <param name="count">The number of events since the last one that passed, this one included.</param>
    /// <returns>Whether to log it.</returns>
    public bool TryPass(out long count)
    {
        lock (_lock)
        {
            count = ++_count;
            long now = time.GetTimestamp();
            if (_limit.WaitFor(_fullAt, 1, now) > 0)
                return false;
            (_count, _fullAt) = (0, _limit.Take(_fullAt, 1, now));
            return true;
        }
    }
}
