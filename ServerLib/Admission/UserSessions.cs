using System.Runtime.InteropServices;
using ServerLib.Wire;

namespace ServerLib.Admission;

/// <summary>Counts how often each user is in, and lets none in too often. Who is not in takes no room.</summary>
/// <param name="max">How often one may be in.</param>
internal sealed class UserSessions(int max)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _byUser = new(StringComparer.Ordinal);

    /// <summary>How many users are in.</summary>
    public int Users
    {
        get
        {
            lock (_gate)
                return _byUser.Count;
        }
    }

    /// <summary>A session of a user begins, unless it is one too many.</summary>
    /// <returns>What <see cref="End"/> takes; <see langword="null"/> when it is.</returns>
    public string? TryBegin(string alias)
    {
        string user = UserName.Key(alias) ?? alias;
        lock (_gate)
        {
            ref int sessions = ref CollectionsMarshal.GetValueRefOrAddDefault(_byUser, user, out _);
            if (sessions >= max)
                return null;
            sessions++;
            return user;
        }
    }

    /// <summary>It has ended.</summary>
    public void End(string session)
    {
        lock (_gate)
        {
            if (--CollectionsMarshal.GetValueRefOrNullRef(_byUser, session) == 0)
                _byUser.Remove(session);
        }
    }
}
