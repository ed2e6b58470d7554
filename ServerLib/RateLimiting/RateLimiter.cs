namespace ServerLib.RateLimiting;

/// <summary>Limits the rate of one thing, such as a user's messages. Thread-safe and lock-free.</summary>
/// <remarks>
/// System.Threading.RateLimiting's <c>TokenBucketRateLimiter</c> does not fit: each connection needs a limiter, and that one holds a queue,
/// a lock and a timer, cannot go into debt and does not use a <see cref="TimeProvider"/>. This one is a single number, so the limit is a
/// parameter of each call.
/// </remarks>
internal sealed class RateLimiter
{
    private long _fullAt;

    /// <summary>Whether all tokens are back, so that this limiter is as good as a new one.</summary>
    public bool IsFull(long now) => Volatile.Read(ref _fullAt) <= now;

    /// <inheritdoc cref="RateLimit.WaitFor"/>
    public long WaitFor(int tokens, RateLimit limit, long now) => limit.WaitFor(Volatile.Read(ref _fullAt), tokens, now);

    /// <summary>Takes tokens, available or not: more than the burst can be owed.</summary>
    public void Take(int tokens, RateLimit limit, long now)
    {
        long before = Volatile.Read(ref _fullAt), seen;
        while ((seen = Interlocked.CompareExchange(ref _fullAt, limit.Take(before, tokens, now), before)) != before)
            before = seen;
    }

    /// <summary>Returns tokens that were taken.</summary>
    public void Refund(int tokens, RateLimit limit)
    {
        long before = Volatile.Read(ref _fullAt), seen;
        while ((seen = Interlocked.CompareExchange(ref _fullAt, limit.Refund(before, tokens), before)) != before)
            before = seen;
    }
}
