namespace ServerLib.RateLimiting;

/// <summary>How many tokens a bucket is given, and how many it holds.</summary>
/// <param name="PerSecond">How many come in a second, 1 or more.</param>
/// <param name="Burst">How many it holds, 1 or more; it is full at first.</param>
/// <param name="Frequency">What a second is on the clock.</param>
internal readonly record struct RateLimit(int PerSecond, int Burst, long Frequency)
{
    /// <summary>How long it takes until one more is there.</summary>
    public long Interval => Math.Max(1, Frequency / PerSecond);
}

/// <summary>
/// A token bucket as one number, the moment at which it is full again: nothing has to be put in, and several connections can share one
/// without a lock. (A <c>TokenBucketRateLimiter</c> holds a queue, a lock and a timer.)
/// </summary>
internal sealed class RateLimiter
{
    private long _full;

    /// <summary>Whether nothing is owed to it: it is as good as a new one.</summary>
    public bool IsFull(long now) => Volatile.Read(ref _full) <= now;

    /// <summary>How long until there are <paramref name="tokens"/>, at most as many as it holds; zero or less when there are.</summary>
    public long WaitFor(int tokens, RateLimit rate, long now) => Volatile.Read(ref _full) - now - (rate.Burst - tokens) * rate.Interval;

    /// <summary>Takes some, of which one has to be there; the others may be owed, more than it holds too.</summary>
    public void Take(int tokens, RateLimit rate, long now)
    {
        long before = Volatile.Read(ref _full), seen;
        while ((seen = Interlocked.CompareExchange(ref _full, Math.Max(before, now) + tokens * rate.Interval, before)) != before)
            before = seen;
    }
}
