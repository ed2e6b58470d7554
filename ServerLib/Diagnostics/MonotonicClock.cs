namespace ServerLib.Diagnostics;

/// <summary>A clock that nobody can set: it says how long it has been running. What outlives it is kept as UTC.</summary>
internal sealed class MonotonicClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public TimeSpan Now => time.GetElapsedTime(_start);

    public DateTime ToUtc(TimeSpan moment)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        TimeSpan ahead = moment - Now;
        return ahead > DateTime.MaxValue - now ? DateTime.MaxValue : ahead < DateTime.MinValue - now ? DateTime.MinValue : now + ahead;
    }

    /// <summary>
    /// Converts a UTC time. The result is at most <paramref name="most"/> in the future, even if the system clock was changed.
    /// </summary>
    public TimeSpan FromUtc(DateTime utc, TimeSpan most)
    {
        TimeSpan ahead = DateTime.SpecifyKind(utc, DateTimeKind.Utc) - time.GetUtcNow().UtcDateTime;
        return Now + (ahead < most ? ahead : most);
    }
}
