namespace ServerLib.RateLimiting;

/// <summary>
/// A rate limit, and the arithmetic of the generic cell rate algorithm (GCRA): a limiter's state is a single number, the time at which
/// all tokens are back.
/// </summary>
/// <param name="Burst">The number of tokens that can be taken at once, 1 or more.</param>
/// <param name="Interval">The time until one more token is back, in timestamps of the <see cref="TimeProvider"/>, 1 or more.</param>
internal readonly record struct RateLimit(int Burst, long Interval)
{
    /// <summary>A limit of <paramref name="rate"/> tokens per second.</summary>
    public static RateLimit PerSecond(int rate, int burst, long timestampFrequency) => new(burst, Math.Max(1, timestampFrequency / rate));

    /// <summary>A limit of one token per <paramref name="interval"/>.</summary>
    public static RateLimit Every(TimeSpan interval, int burst, TimeProvider time) =>
        new(burst, (long)(interval.Ticks * (time.TimestampFrequency / (double)TimeSpan.TicksPerSecond)));

    /// <summary>The time until <paramref name="tokens"/> tokens are available; zero or less if they are now.</summary>
    /// <param name="fullAt">When all tokens are back.</param>
    /// <param name="tokens">The number of tokens, at most <see cref="Burst"/>.</param>
    /// <param name="now">The current timestamp.</param>
    public long WaitFor(long fullAt, int tokens, long now) => fullAt - now - (Burst - tokens) * Interval;

    /// <summary>Takes tokens, available or not.</summary>
    /// <returns>When all tokens are back.</returns>
    public long Take(long fullAt, int tokens, long now) => Math.Max(fullAt, now) + tokens * Interval;

    /// <summary>Returns tokens that were taken.</summary>
    /// <returns>When all tokens are back.</returns>
    public long Refund(long fullAt, int tokens) => fullAt - tokens * Interval;
}
