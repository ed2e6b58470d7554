using Microsoft.Extensions.Logging;

namespace ServerLib.PostgreSql.Statistics;

/// <summary>What is not saved yet, and the connections of this server. Thread-safe.</summary>
internal sealed class PendingStatistics(ILogger logger)
{
    /// <summary>The most accounts whose changes wait. Those of further accounts are lost.</summary>
    public const int Capacity = 10_000;

    private const int MaxBatch = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, AccountChanges> _changes = [];
    private readonly Dictionary<string, long> _active = [];
    private readonly HashSet<string> _changedActive = [];
    private long _lastBatch;
    private bool _hasLost;

    /// <summary>Records a login attempt.</summary>
    public void AddAttempt(StoredAccount account, string address, string? usedKey, long now, string? newHash)
    {
        lock (_lock)
        {
            if (Find(account.Key, account.Id) is not { } changes)
                return;
            changes.AddAttempt(address);
            if (usedKey is not null)
                changes.UsedKeys[usedKey] = now;
            if (newHash is not null)
                (changes.OldHash, changes.NewHash) = (account.PasswordHash, newHash);
        }
    }

    public void LogOn(string key, string address)
    {
        lock (_lock)
        {
            _active[key] = _active.GetValueOrDefault(key) + 1;
            _changedActive.Add(key);
            Find(key)?.AddLogon(address);
        }
    }

    public void LogOff(string key)
    {
        lock (_lock)
        {
            if (!_active.TryGetValue(key, out long count))
                return;
            Set(key, count - 1);
        }
    }

    public void LogOffAll()
    {
        lock (_lock)
        {
            foreach (string key in _active.Keys.ToList())
                Set(key, 0);
        }
    }

    public void CountBroadcasts(string key, long count)
    {
        lock (_lock)
        {
            if (Find(key) is { } changes)
                changes.Broadcasts += count;
        }
    }

    /// <summary>Forgets a removed account.</summary>
    public void Forget(string key)
    {
        lock (_lock)
        {
            _changes.Remove(key);
            _active.Remove(key);
            _changedActive.Remove(key);
        }
    }

    /// <summary>Takes changes, to write them.</summary>
    public StatisticsBatch Take()
    {
        lock (_lock)
        {
            AccountChanges[] accounts = [.. _changes.Values.Take(MaxBatch)];
            foreach (AccountChanges changes in accounts)
                _changes.Remove(changes.Key);
            ActiveCount[] active = [.. _changedActive.Take(MaxBatch).Select(key => new ActiveCount(key, _active.GetValueOrDefault(key)))];
            foreach (ActiveCount count in active)
                _changedActive.Remove(count.Key);
            _hasLost &= _changes.Count >= Capacity;
            return new StatisticsBatch(++_lastBatch, accounts, active);
        }
    }

    /// <summary>Whether nothing has changed since the last <see cref="Take"/>.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _changes.Count == 0 && _changedActive.Count == 0;
        }
    }

    /// <summary>Writes the numbers of all connections again, because the database has forgotten this server.</summary>
    public void RepeatActive()
    {
        lock (_lock)
            _changedActive.UnionWith(_active.Keys);
    }

    private void Set(string key, long count)
    {
        if (count > 0)
            _active[key] = count;
        else
            _active.Remove(key);
        _changedActive.Add(key);
        if (Find(key) is { } changes)
            changes.ActiveAddress = "";
    }

    /// <returns><see langword="null"/> if there is no room.</returns>
    private AccountChanges? Find(string key, long? id = null)
    {
        // The changes of a removed account are not those of a later one with its name.
        if (_changes.TryGetValue(key, out AccountChanges? found) && (id is null || found.Id is null || found.Id == id))
        {
            found.Id ??= id;
            return found;
        }

        if (found is null && _changes.Count >= Capacity)
        {
            if (!_hasLost)
                PostgreSqlEvents.StatisticsLost(logger, Capacity);
            _hasLost = true;
            return null;
        }

        return _changes[key] = new AccountChanges { Key = key, Id = id };
    }
}
