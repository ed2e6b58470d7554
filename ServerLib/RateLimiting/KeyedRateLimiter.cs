namespace ServerLib.RateLimiting;

/// <summary>
/// Limits the rate of each of many keys, such as addresses or users. Thread-safe. A key that has all its tokens takes no memory.
/// </summary>
/// <remarks>
/// System.Threading.RateLimiting's <c>PartitionedRateLimiter</c> does not fit: it keeps a limiter object per key without a bound, drops idle
/// keys by a timer, and does not use a <see cref="TimeProvider"/>.
/// </remarks>
/// <param name="time">The clock.</param>
/// <param name="limit">The limit of each key.</param>
/// <param name="capacity">The maximum number of keys. Over that, the key with the most tokens is forgotten.</param>
internal sealed class KeyedRateLimiter<TKey>(TimeProvider time, RateLimit limit, int capacity)
    where TKey : notnull
{
    private readonly Lock _lock = new();

    // For each key, when all its tokens are back.
    private readonly BoundedTable<TKey, long, long> _table = new(capacity);

    private RateLimit _limit = limit;

    /// <summary>The number of keys that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                RemoveFull();
                return _table.Count;
            }
        }
    }

    /// <summary>Whether a key has all its tokens.</summary>
    public bool IsFull(TKey key)
    {
        lock (_lock)
            return !_table.TryGet(key, out long fullAt) || fullAt <= time.GetTimestamp();
    }

    /// <summary>Takes a token, if there is one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="retryAfter">The time until there is one; zero on success.</param>
    public bool TryAcquire(TKey key, out TimeSpan retryAfter)
    {
        lock (_lock)
        {
            long now = RemoveFull();
            long fullAt = _table.TryGet(key, out long before) ? before : now;
            retryAfter = ToTimeSpan(_limit.WaitFor(fullAt, 1, now));
            if (retryAfter > TimeSpan.Zero)
                return false;
            Set(key, _limit.Take(fullAt, 1, now));
            return true;
        }
    }

    /// <summary>Returns a token that was taken.</summary>
    public void Refund(TKey key)
    {
        lock (_lock)
        {
            if (_table.TryGet(key, out long fullAt))
                Set(key, _limit.Refund(fullAt, 1));
        }
    }

    /// <summary>
    /// The keys with fewest tokens first: how many each has taken that are not back yet, and how long it has to wait for the next.
    /// </summary>
    public List<(TKey Key, int Taken, TimeSpan Wait)> List()
    {
        lock (_lock)
        {
            long now = RemoveFull();
            return
            [
                .. _table.Ranked.Select(e =>
                    (e.Key, (int)((e.Value - now + _limit.Interval - 1) / _limit.Interval), ToTimeSpan(_limit.WaitFor(e.Value, 1, now)))),
            ];
        }
    }

    /// <summary>Gives all tokens back to the keys that match.</summary>
    /// <returns>The number of keys.</returns>
    public int RemoveWhere(Func<TKey, bool> match)
    {
        lock (_lock)
        {
            RemoveFull();
            return _table.RemoveWhere(match);
        }
    }

    /// <summary>Changes the limit. What was taken before is given back in the time that applied then.</summary>
    public void Change(RateLimit limit)
    {
        lock (_lock)
            _limit = limit;
    }

    private void Set(TKey key, long fullAt) => _table.Set(key, fullAt, fullAt);

    private long RemoveFull()
    {
        long now = time.GetTimestamp();
        _table.RemoveUpTo(now);
        return now;
    }

    /// <summary>Rounds up, so that a client that waits as long as it is told does not come too early.</summary>
    private TimeSpan ToTimeSpan(long timestamps) => timestamps <= 0
        ? TimeSpan.Zero
        : TimeSpan.FromTicks((long)Math.Ceiling(timestamps * (TimeSpan.TicksPerSecond / (double)time.TimestampFrequency)));
}
