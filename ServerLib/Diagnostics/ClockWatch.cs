namespace ServerLib.Diagnostics;

/// <summary>
/// Says whether the system's clock can be trusted with something that cannot be undone, such as deleting what has expired. After a start, or
/// after the clock was set, it must run for a while first: somebody may notice that it is wrong. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class ClockWatch(TimeProvider time)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _setTo = time.GetUtcNow();
    private long _since = time.GetTimestamp();

    /// <summary>Whether the clock has run for this long without being set.</summary>
    public bool HasRunFor(TimeSpan duration)
    {
        lock (_lock)
        {
            TimeSpan elapsed = time.GetElapsedTime(_since);
            DateTimeOffset now = time.GetUtcNow();
            if ((now - _setTo - elapsed).Duration() <= Tolerance)
                return elapsed >= duration;
            (_setTo, _since) = (now, time.GetTimestamp());
            return false;
        }
    }
}
