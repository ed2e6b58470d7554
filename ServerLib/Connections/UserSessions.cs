using ServerLib.Protocol;

namespace ServerLib.Connections;

/// <summary>
/// Counts how often each user is in, and lets none in too often. What he may say is one for all of his sessions, and goes on counting
/// after the last has ended: who comes back at once may not say more than who stayed. Who is not in and owes nothing takes no room.
/// </summary>
/// <param name="max">How often one may be in.</param>
/// <param name="time">The clock.</param>
internal sealed class UserSessions(int max, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, UserSession> _byUser = new(StringComparer.Ordinal);
    private readonly Queue<UserSession> _gone = [];

    /// <summary>How many users are remembered.</summary>
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

    /// <summary>A session of a user begins, unless it is one too many.</summary>
    /// <returns>The session, to be disposed when it has ended; <see langword="null"/> when it is.</returns>
    public UserSession? TryBegin(string alias)
    {
        string user = UserName.Key(alias) ?? alias;
        lock (_gate)
        {
            Forget();
            if (!_byUser.TryGetValue(user, out UserSession? session))
                _byUser.Add(user, session = new UserSession(user, this));
            if (session.Count >= max)
                return null;
            session.Count++;
            return session;
        }
    }

    /// <summary>It has ended.</summary>
    public void End(UserSession session)
    {
        lock (_gate)
        {
            if (--session.Count > 0 || session.IsGone)
                return;
            session.IsGone = true;
            _gone.Enqueue(session);
            Forget();
        }
    }

    // Those behind one who owes much wait with him: they are as many as have logged in meanwhile at most.
    private void Forget()
    {
        while (_gone.TryPeek(out UserSession? session) && (session.Count > 0 || session.Frames.IsFull(time.GetTimestamp())))
        {
            _gone.Dequeue();
            session.IsGone = false;
            if (session.Count == 0)
                _byUser.Remove(session.User);
        }
    }
}
