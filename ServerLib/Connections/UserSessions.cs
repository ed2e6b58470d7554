using ServerLib.Protocol;

namespace ServerLib.Connections;

/// <summary>
/// Limits the sessions of each user. All sessions of a user share one message rate. It is kept after the last session has ended, until it is
/// back at its maximum, so that logging in again does not reset it.
/// </summary>
/// <param name="max">The maximum number of sessions per user.</param>
/// <param name="time">The clock.</param>
internal sealed class UserSessions(int max, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, UserSession> _byUser = new(StringComparer.Ordinal);
    private readonly Queue<UserSession> _gone = [];

    /// <summary>The maximum number of sessions per user. Sessions over a lower limit stay.</summary>
    public int Max { get; set; } = max;

    /// <summary>The number of users that are kept.</summary>
    public int Users
    {
        get
        {
            lock (_gate)
            {
                Forget();
                return _byUser.Count;
            }
        }
    }

    /// <summary>Starts a session of a user.</summary>
    /// <returns>The session, to be disposed at its end; <see langword="null"/> if the user has too many sessions.</returns>
    public UserSession? TryBegin(string alias)
    {
        string user = UserName.Key(alias) ?? alias;
        lock (_gate)
        {
            Forget();
            if (!_byUser.TryGetValue(user, out UserSession? session))
                _byUser.Add(user, session = new UserSession(user, this));
            if (session.Count >= Max)
                return null;
            session.Count++;
            return session;
        }
    }

    /// <summary>Ends a session.</summary>
    public void End(UserSession session)
    {
        lock (_gate)
        {
            if (--session.Count > 0 || session.IsRemoved)
                return;
            session.IsRemoved = true;
            _gone.Enqueue(session);
            Forget();
        }
    }

    // In the order of their ends: a user whose rate is not back yet keeps those behind it, too.
    private void Forget()
    {
        while (_gone.TryPeek(out UserSession? session) && (session.Count > 0 || session.Frames.IsFull(time.GetTimestamp())))
        {
            _gone.Dequeue();
            session.IsRemoved = false;
            if (session.Count == 0)
                _byUser.Remove(session.User);
        }
    }
}
