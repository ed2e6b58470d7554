using System.Collections.Concurrent;

namespace ServerLib.Connections;

/// <summary>Which connections are in which groups. A group exists while it has a member.</summary>
internal sealed class GroupIndex
{
    private readonly ConcurrentDictionary<string, MemberSet> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<Connection, HashSet<string>> _joined = [];
    private readonly Lock _gate = new();

    /// <summary>The members of a group; <see langword="null"/> when it has none.</summary>
    public MemberSet? Find(string group) => _groups.GetValueOrDefault(group);

    /// <summary>Adds a connection to a group.</summary>
    /// <returns>Whether it is in the group now: not when it has ended, or is in <paramref name="max"/> others already.</returns>
    public bool Join(Connection connection, string group, int max)
    {
        lock (_gate)
        {
            // Seen in here, it will be taken out of its groups only after this.
            if (connection.Reason != DisconnectReason.None)
                return false;
            if (!_joined.TryGetValue(connection, out HashSet<string>? joined))
                joined = [];
            if (joined.Contains(group))
                return true;
            if (joined.Count >= max)
                return false;
            joined.Add(group);
            _joined[connection] = joined;
            return _groups.GetOrAdd(group, static _ => new MemberSet()).Add(connection);
        }
    }

    /// <summary>Takes a connection out of a group.</summary>
    /// <returns>Whether it was in it.</returns>
    public bool Leave(Connection connection, string group)
    {
        lock (_gate)
        {
            if (!_joined.TryGetValue(connection, out HashSet<string>? joined) || !joined.Remove(group))
                return false;
            if (joined.Count == 0)
                _joined.Remove(connection);
            RemoveMember(connection, group);
            return true;
        }
    }

    /// <summary>Takes a connection out of all its groups.</summary>
    /// <returns>The groups that it was in.</returns>
    public IReadOnlyCollection<string> LeaveAll(Connection connection)
    {
        lock (_gate)
        {
            if (!_joined.Remove(connection, out HashSet<string>? joined))
                return [];
            foreach (string group in joined)
                RemoveMember(connection, group);
            return joined;
        }
    }

    private void RemoveMember(Connection connection, string group)
    {
        MemberSet members = _groups[group];
        members.Remove(connection);
        if (members.Count == 0)
            _groups.TryRemove(group, out _);
    }
}
