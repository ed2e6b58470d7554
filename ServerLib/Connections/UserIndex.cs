using System.Collections.Concurrent;
using System.Net.Sockets;
using ServerLib.Connections;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>Finds connections by number or name in O(1), and by socket in O(n). Thread-safe.</summary>
public sealed class UserIndex
{
    private readonly MemberSet _all = new();
    private readonly ConcurrentDictionary<long, Connection> _byId = new();
    private readonly Dictionary<string, Connection[]> _byName = [];
    private readonly Lock _gate = new();
    private long _lastJoin;
    private int _count;

    /// <summary>The connections by their <see cref="Connection.Id"/>. Enumerating takes no lock.</summary>
    public IReadOnlyDictionary<long, Connection> UserSet => _byId;

    /// <summary>The number of connections.</summary>
    public int UserCount => Volatile.Read(ref _count);

    /// <summary>The <see cref="IndexEntry.Sequence"/> of the connection that was added last.</summary>
    internal long LastJoin => Interlocked.Read(ref _lastJoin);

    internal MemberSet All => _all;

    /// <summary>The connections of one user; empty if there are none.</summary>
    /// <param name="username">The user's name, compared as at a login.</param>
    public IReadOnlyCollection<Connection> Find(string username)
    {
        if (UserName.Key(username) is not { } key)
            return [];
        lock (_gate)
            return _byName.GetValueOrDefault(key, []);
    }

    /// <summary>The connection whose <see cref="Connection.CSocket"/> is the given one; <see langword="null"/> if there is none.</summary>
    public Connection? Find(Socket socket)
    {
        foreach ((_, Connection connection) in _byId)
        {
            if (connection.Link.Transport.Owns(socket))
                return connection;
        }

        return null;
    }

    /// <summary>Adds a connection under its name.</summary>
    /// <returns><see langword="false"/> if it was there already.</returns>
    internal bool Add(Connection connection)
    {
        string key = UserName.Key(connection.Alias) ?? connection.Alias;
        lock (_gate)
        {
            if (!_byId.TryAdd(connection.Id, connection))
                return false;
            _byName[key] = [.. _byName.GetValueOrDefault(key, []), connection];
            connection.IndexEntry = new IndexEntry(Interlocked.Increment(ref _lastJoin), key);
            _all.Add(connection);
            _count++;
            return true;
        }
    }

    /// <summary>Removes a connection.</summary>
    /// <returns>Whether it was there.</returns>
    internal bool Remove(Connection connection)
    {
        lock (_gate)
        {
            if (!_byId.TryRemove(connection.Id, out _))
                return false;
            string key = connection.IndexEntry.Key!;
            Connection[] others = [.. _byName[key].Where(other => other != connection)];
            if (others.Length == 0)
                _byName.Remove(key);
            else
                _byName[key] = others;
            _all.Remove(connection);
            _count--;
            return true;
        }
    }
}
