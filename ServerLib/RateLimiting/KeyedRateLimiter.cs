using ServerLib.Diagnostics;

namespace ServerLib.RateLimiting;

/// <summary>
/// How often each of many may do something: so many times at once, and then one more each time that a while has passed. For each it is
/// one moment that is remembered, at which he will count as one who has done nothing; who has done nothing of late takes no room.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="atOnce">How many times at once.</param>
/// <param name="each">What has to pass for each one more.</param>
/// <param name="capacity">How many are remembered; those who have done it most often stay.</param>
internal sealed class KeyedRateLimiter<TKey>(MonotonicClock clock, int atOnce, TimeSpan each, int capacity)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly BoundedTable<TKey, TimeSpan, TimeSpan> _table = new(capacity);

    /// <summary>How many are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                _table.RemoveUpTo(clock.Now);
                return _table.Count;
            }
        }
    }

    /// <summary>Counts one, unless there were too many.</summary>
    /// <param name="key">Who does it.</param>
    /// <param name="retryAfter">When it may be tried again, if there were.</param>
    public bool TryTake(TKey key, out TimeSpan retryAfter)
    {
        lock (_gate)
        {
            TimeSpan now = clock.Now;
            _table.RemoveUpTo(now);
            TimeSpan until = (_table.TryGet(key, out TimeSpan before) ? before : now) + each;
            retryAfter = until - now - each * atOnce;
            if (retryAfter > TimeSpan.Zero)
                return false;
            _table.Set(key, until, until);
            return true;
        }
    }

    /// <summary>Takes one back that came to nothing.</summary>
    public void GiveBack(TKey key)
    {
        lock (_gate)
        {
            if (_table.TryGet(key, out TimeSpan until))
                _table.Set(key, until - each, until - each);
        }
    }

    /// <summary>Who has done it, how often within the time that counts, and how long he has to wait for the next; the most first.</summary>
    public List<(TKey Key, int Count, TimeSpan Wait)> List()
    {
        lock (_gate)
        {
            TimeSpan now = clock.Now;
            _table.RemoveUpTo(now);
            return
            [
                .. _table.Ranked.Select(e =>
                {
                    TimeSpan wait = e.Value - now - each * (atOnce - 1);
                    return (e.Key, (int)Math.Ceiling((e.Value - now) / each), wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
                }),
            ];
        }
    }

    /// <summary>Forgets those who match.</summary>
    /// <returns>How many there were.</returns>
    public int RemoveWhere(Func<TKey, bool> match)
    {
        lock (_gate)
        {
            _table.RemoveUpTo(clock.Now);
            return _table.RemoveWhere(match);
        }
    }
}
