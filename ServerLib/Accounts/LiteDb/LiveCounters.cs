using System.Collections.Concurrent;
using ServerLib.Protocol;

namespace ServerLib.Accounts;

/// <summary>
/// Each account's open connections and unsaved broadcasts, in memory. They stay right while the database can't be written; a database that
/// is reopened is compared with them. All methods but <see cref="CountBroadcasts"/> run on the database's thread.
/// </summary>
internal sealed class LiveCounters
{
    private readonly ConcurrentDictionary<string, long> _counted = new();
    private readonly Dictionary<string, Broadcasts> _unsaved = [];
    private readonly Dictionary<string, long> _active = [];

    /// <summary>The accounts with open connections.</summary>
    public IReadOnlyCollection<string> ActiveKeys => _active.Keys;

    /// <summary>The number of an account's open connections.</summary>
    public long Active(string key) => _active.GetValueOrDefault(key);

    public void LogOn(string key) => _active[key] = Active(key) + 1;

    public void LogOff(string key)
    {
        if (Active(key) > 1)
            _active[key]--;
        else
            _active.Remove(key);
    }

    public void LogOffAll(IEnumerable<string> keys)
    {
        foreach (string key in keys)
            _active.Remove(key);
    }

    /// <summary>Adds to an account's broadcasts. Can be called on any thread.</summary>
    public void CountBroadcasts(string username, long count) =>
        _counted.AddOrUpdate(username, static (_, added) => added, static (_, sum, added) => sum + added, count);

    /// <summary>The accounts with unsaved broadcasts.</summary>
    public List<string> CollectBroadcasts()
    {
        foreach (string username in _counted.Keys)
        {
            if (_counted.TryRemove(username, out long count) && UserName.Key(username) is { } key)
                _unsaved[key] = _unsaved.GetValueOrDefault(key).Add(count);
        }

        return [.. _unsaved.Keys];
    }

    /// <summary>Removes an account's unsaved broadcasts, to save them.</summary>
    public Broadcasts TakeBroadcasts(string key) => _unsaved.Remove(key, out Broadcasts taken) ? taken : default;

    /// <summary>Takes broadcasts back after a commit that may have succeeded or not.</summary>
    /// <param name="totals">The totals that were to be committed.</param>
    public void ReturnBroadcasts(IEnumerable<KeyValuePair<string, long>> totals)
    {
        foreach ((string key, long total) in totals)
        {
            Broadcasts since = _unsaved.GetValueOrDefault(key);
            _unsaved[key] = since with { Floor = Math.Max(since.Floor, total) };
        }
    }

    /// <summary>Unsaved broadcasts.</summary>
    /// <param name="Floor">The least that the saved total must be, after a commit that may have succeeded or not.</param>
    /// <param name="Added">The number to add.</param>
    public readonly record struct Broadcasts(long Floor, long Added)
    {
        public Broadcasts Add(long count) => this with { Added = Added + count };

        /// <summary>The new total for an account with this saved total.</summary>
        public long AddTo(long saved) => Math.Max(Floor, saved) + Added;
    }
}
