namespace ServerLib.Server;

/// <summary>
/// Counts the users that are logged in over loopback. Many at once mean that a proxy or tunnel on this machine forwards connections of other
/// machines. Thread-safe.
/// </summary>
internal sealed class LoopbackUsers
{
    /// <summary>So many users may be local without a warning.</summary>
    public const int Max = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _connections = new(StringComparer.Ordinal);
    private bool _isReported;

    /// <summary>Counts a connection of a user.</summary>
    /// <returns>Whether there are more than <see cref="Max"/> users for the first time.</returns>
    public bool Add(string alias)
    {
        lock (_lock)
        {
            if (_isReported)
                return false;
            _connections[alias] = _connections.GetValueOrDefault(alias) + 1;
            if (_connections.Count <= Max)
                return false;
            _isReported = true;
            _connections.Clear();
            return true;
        }
    }

    /// <summary>Removes a connection of a user.</summary>
    public void Remove(string alias)
    {
        lock (_lock)
        {
            if (_connections.TryGetValue(alias, out int count))
            {
                if (count == 1)
                    _connections.Remove(alias);
                else
                    _connections[alias] = count - 1;
            }
        }
    }
}
