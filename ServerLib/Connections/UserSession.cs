using ServerLib.RateLimiting;

namespace ServerLib.Connections;

/// <summary>What all sessions of one user share. Each session is begun by <see cref="UserSessions.TryBegin"/> and disposed once.</summary>
/// <param name="user">The user's name, in the form in which names are compared.</param>
/// <param name="sessions">Counts the sessions.</param>
internal sealed class UserSession(string user, UserSessions sessions) : IDisposable
{
    public string User => user;

    /// <summary>The message rate, over all sessions.</summary>
    public RateLimiter Frames { get; } = new();

    /// <summary>The number of sessions. Only <see cref="UserSessions"/> uses this and <see cref="IsRemoved"/>.</summary>
    public int Count { get; set; }

    /// <summary>Whether the last session had ended. The user may have a new one by now.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Ends one session.</summary>
    public void Dispose() => sessions.End(this);
}
