using ServerLib.Diagnostics;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>
/// How often each user may log in. Each login is written into files and told to everyone in the room, so who comes and goes in a loop would
/// fill the one and drown the other.
/// </summary>
internal sealed class LoginRateLimiter(MonotonicClock clock, int capacity = AddressPenalties.Capacity)
{
    /// <summary>How many logins at once: more than one's scripts need in a row.</summary>
    public const int AtOnce = 100;

    /// <summary>What has to pass for each one more.</summary>
    public static readonly TimeSpan Each = TimeSpan.FromSeconds(3);

    private readonly KeyedRateLimiter<string> _pace = new(clock, AtOnce, Each, capacity);

    /// <summary>How many users are remembered.</summary>
    public int Users => _pace.Count;

    /// <summary>Counts a login, unless there were too many.</summary>
    /// <param name="user">The user's name, in the form in which names are compared.</param>
    /// <param name="retryAfter">When it may be tried again, if there were.</param>
    public bool TryTake(string user, out TimeSpan retryAfter) => _pace.TryTake(user, out retryAfter);
}
