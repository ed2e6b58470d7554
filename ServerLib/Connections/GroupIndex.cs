using System.Collections.Concurrent;

namespace ServerLib.Connections;

/// <summary>The groups and their members. A group exists while it has a member.</summary>
internal sealed class GroupIndex
{
    private readonly ConcurrentDictionary<string, MemberSet> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<Connection, HashSet<string>> _joined = [];
    private readonly Lock _gate = new();

    /// <summary>The members of a group; <see langword="null"/> if it has none.</summary>
    public MemberSet? Find(string group) => _groups.GetValueOrDefault(group);

    /// <summary>Adds a connection to a group.</summary>
    /// <returns>Whether it is in the group now. Not if it has ended, or is in <paramref name="max"/> other groups already.</returns>
    public bool Join(Connection connection, string group, int max)
    {
        lock (_gate)
        {
            // LeaveAll runs after the connection has ended and takes the same lock, so it cannot run before this check.
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

    /// <summary>Removes a connection from a group.</summary>
    /// <returns>Whether it was a member.</returns>
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

    /// <summary>Removes a connection from all its groups.</summary>
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
