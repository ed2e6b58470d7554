using System.Collections.Concurrent;
using ServerLib.Protocol;

namespace ServerLib.Accounts;

/// <summary>
/// What is true of the accounts whether or not the database can be written: who is connected, and what has been broadcast since it
/// was last written. A database that is opened anew is brought up to it. Used on the database's thread, but for
/// <see cref="CountBroadcasts"/>.
/// </summary>
internal sealed class LiveNumbers
{
    private readonly ConcurrentDictionary<string, long> _counted = new();
    private readonly Dictionary<string, Broadcasts> _pending = [];
    private readonly Dictionary<string, long> _active = [];

    /// <summary>The accounts that are connected.</summary>
    public IReadOnlyCollection<string> ActiveKeys => _active.Keys;

    /// <summary>How many connections an account has.</summary>
    public long Active(string key) => _active.GetValueOrDefault(key);

    public void LoggedOn(string key) => _active[key] = Active(key) + 1;

    public void LoggedOff(string key)
    {
        if (Active(key) > 1)
            _active[key]--;
        else
            _active.Remove(key);
    }

    public void LoggedOffAll(IEnumerable<string> keys)
    {
        foreach (string key in keys)
            _active.Remove(key);
    }

    /// <summary>Adds to an account's broadcasts; on any thread.</summary>
    public void CountBroadcasts(string username, long count) =>
        _counted.AddOrUpdate(username, static (_, added) => added, static (_, sum, added) => sum + added, count);

    /// <summary>The accounts with broadcasts that are not written yet.</summary>
    public List<string> CollectBroadcasts()
    {
        foreach (string username in _counted.Keys)
        {
            if (_counted.TryRemove(username, out long count) && UserName.Key(username) is { } key)
                _pending[key] = _pending.GetValueOrDefault(key).Add(count);
        }

        return [.. _pending.Keys];
    }

    /// <summary>Takes an account's broadcasts that are not written yet, to write them.</summary>
    public Broadcasts TakeBroadcasts(string key) => _pending.Remove(key, out Broadcasts taken) ? taken : default;

    /// <summary>Gives broadcasts back that may have been written or not, with these totals.</summary>
    public void BroadcastsInDoubt(IEnumerable<KeyValuePair<string, long>> totals)
    {
        foreach ((string key, long total) in totals)
        {
            Broadcasts since = _pending.GetValueOrDefault(key);
            _pending[key] = since with { Floor = Math.Max(since.Floor, total) };
        }
    }

    /// <summary>Broadcasts that are not written yet.</summary>
    /// <param name="Floor">What the total is at least, after a commit of which nobody knows whether it was one.</param>
    /// <param name="Added">What is to be added.</param>
    public readonly record struct Broadcasts(long Floor, long Added)
    {
        public Broadcasts Add(long count) => this with { Added = Added + count };

        public long Total(long written) => Math.Max(Floor, written) + Added;
    }
}
