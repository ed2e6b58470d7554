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
    /// The moment that was <paramref name="utc"/>, but no later than <paramref name="most"/> from now, wherever UTC was set meanwhile.
    /// </summary>
    public TimeSpan FromUtc(DateTime utc, TimeSpan most)
    {
        TimeSpan ahead = DateTime.SpecifyKind(utc, DateTimeKind.Utc) - time.GetUtcNow().UtcDateTime;
        return Now + (ahead < most ? ahead : most);
    }
}
