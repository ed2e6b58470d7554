using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>
/// Limits how often each user may log in. Every login is written to files and announced to all clients, so a user that logs in and out in
/// a loop would flood both.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="capacity">The maximum number of users that are remembered. Those with the most logins stay.</param>
internal sealed class LoginRateLimiter(TimeProvider time, int capacity = LoginRateLimiter.Capacity)
{
    /// <summary>The default of <c>capacity</c>.</summary>
    public const int Capacity = 65_536;

    /// <summary>The number of logins at once: more than a user's scripts need in a row.</summary>
    public const int Burst = 100;

    /// <summary>The time until one more login is allowed.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly KeyedRateLimiter<string> _limiter = new(time, RateLimit.Every(Interval, Burst, time), capacity);

    /// <summary>The number of users that are remembered.</summary>
    public int Users => _limiter.Count;

    /// <summary>Counts a login, unless there were too many.</summary>
    /// <param name="user">The user's name, in the form in which names are compared.</param>
    /// <param name="retryAfter">The time until the next login is allowed; zero on success.</param>
    public bool TryAcquire(string user, out TimeSpan retryAfter) => _limiter.TryAcquire(user, out retryAfter);
}
