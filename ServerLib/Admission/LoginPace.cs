namespace ServerLib.Admission;

/// <summary>
/// How often each user may log in: so many times at once, and then one more each time that a while has passed. Each login is written into
/// files and told to everyone in the room, so who comes and goes in a loop would fill the one and drown the other. Who was not here of late
/// takes no room.
/// </summary>
internal sealed class LoginPace(SteadyClock clock, int capacity = PenaltyBook.Capacity)
{
    /// <summary>How many logins at once: more than one's scripts need in a row.</summary>
    public const int AtOnce = 100;

    /// <summary>What has to pass for each one more.</summary>
    public static readonly TimeSpan Each = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();

    // For each user when he will count as one who was not here.
    private readonly BoundedTable<string, TimeSpan, TimeSpan> _table = new(capacity);

    /// <summary>How many users are remembered.</summary>
    public int Users
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

    /// <summary>Counts a login, unless there were too many.</summary>
    /// <param name="user">The user's name, in the form in which names are compared.</param>
    /// <param name="retryAfter">When it may be tried again, if there were.</param>
    public bool TryTake(string user, out TimeSpan retryAfter)
    {
        lock (_gate)
        {
            TimeSpan now = clock.Now;
            _table.RemoveUpTo(now);
            TimeSpan until = (_table.TryGet(user, out TimeSpan before) ? before : now) + Each;
            retryAfter = until - now - Each * AtOnce;
            if (retryAfter > TimeSpan.Zero)
                return false;
            _table.Set(user, until, until);
            return true;
        }
    }
}
