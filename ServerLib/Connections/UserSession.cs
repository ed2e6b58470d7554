using ServerLib.RateLimiting;

namespace ServerLib.Connections;

/// <summary>What a user's sessions have in common.</summary>
/// <param name="user">His name, in the form in which names are compared.</param>
internal sealed class UserSession(string user)
{
    public string User => user;

    /// <summary>How much he may say, over all of them.</summary>
    public RateLimiter Frames { get; } = new();

    /// <summary>How many there are. For <see cref="UserSessions"/> only, as is <see cref="IsGone"/>.</summary>
    public int Count { get; set; }

    /// <summary>Whether the last one had ended; he may be back by now.</summary>
    public bool IsGone { get; set; }
}
