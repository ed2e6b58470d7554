using System.Net;
using Microsoft.Extensions.Logging;
using ServerLib.Diagnostics;
using ServerLib.Files;

namespace ServerLib.Accounts;

/// <summary>
/// Counts connections and broadcasts per account. Broadcasts are summed in memory and saved every five seconds. Logons and logoffs during a
/// failure of the database are remembered, and saved when it can be written again.
/// </summary>
internal sealed class LiteDbStatistics : IAsyncDisposable
{
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(5);

    private readonly LiteDbDataSource _source;
    private readonly LoginRecords _records;
    private readonly ILogger _logger;
    private readonly ITimer _saving;

    public LiteDbStatistics(LiteDbDataSource source, LoginRecords records, ILogger logger)
    {
        _source = source;
        _records = records;
        _logger = logger;
        _saving = source.Time.CreateTimer(_ => _ = TrySaveAsync(isLastTime: false), null, SaveInterval, SaveInterval);
    }

    private LiveCounters Counters => _source.Counters;

    /// <summary>Records a logon. Does not wait until it is written.</summary>
    public void LogConnection(string username, EndPoint address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        cancellationToken.ThrowIfCancellationRequested();
        if (LiteDbDataSource.KeyOf(username) is not { } key)
            return;
        _records.Add(LoginRecord.Logon(key, AddressText.From(address)), exists =>
        {
            if (exists)
                Counters.LogOn(key);
        });
    }

    public async ValueTask LogDisconnectionAsync(string username, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (LiteDbDataSource.KeyOf(username) is not { } key)
            return;
        bool isCounted = false;
        await _source.RunAsync(
            new DatabaseOperation<UserStore, bool>(
                store =>
                {
                    LogOff(store, key);
                    Counters.LogOff(key);
                    return isCounted = true;
                },
                failed: _ =>
                {
                    if (!isCounted)
                        Counters.LogOff(key);
                    return false;
                }),
            always: true).ConfigureAwait(false);
    }

    public void CountBroadcasts(string username, long count)
    {
        ArgumentNullException.ThrowIfNull(username);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Counters.CountBroadcasts(username, count);
    }

    public async ValueTask PurgeAsync(CancellationToken cancellationToken)
    {
        List<string> active = await _source.RunAsync(
            new DatabaseOperation<UserStore, List<string>>(
                _ => [.. Counters.ActiveKeys],
                failed: _ => [.. Counters.ActiveKeys]),
            always: true).ConfigureAwait(false);
        foreach (string[] keys in active.Chunk(LiteDbDataSource.ChunkSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await _source.RunAsync(
                new DatabaseOperation<UserStore, bool>(
                    store =>
                    {
                        foreach (string key in keys)
                            LogOff(store, key, all: true);
                        Counters.LogOffAll(keys);
                        return true;
                    },
                    failed: _ =>
                    {
                        Counters.LogOffAll(keys);
                        return false;
                    }),
                always: true).ConfigureAwait(false);
        }
    }

    /// <summary>Saves the logins and broadcasts that are in memory.</summary>
    /// <exception cref="ServerLibException">The database failed. They stay in memory for the next time.</exception>
    public async ValueTask SaveAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_records.SaveAsync(), SaveBroadcastsAsync(cancellationToken)).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Saves for the last time.</summary>
    public async ValueTask DisposeAsync()
    {
        await _saving.DisposeAsync().ConfigureAwait(false);

        // The disk may have room again since the last attempt.
        _source.RetryNow();
        await TrySaveAsync(isLastTime: true).ConfigureAwait(false);
    }

    private static void LogOff(UserStore store, string key, bool all = false)
    {
        if (store.Find(key) is not { ActiveConnections: > 0 } user)
            return;
        user.LogOffTo(all ? 0 : user.ActiveConnections - 1);
        store.Update(user);
    }

    private async Task SaveBroadcastsAsync(CancellationToken cancellationToken)
    {
        List<string> rest = await SaveBroadcastsAsync(null).ConfigureAwait(false);
        foreach (string[] keys in rest.Chunk(LiteDbDataSource.ChunkSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await SaveBroadcastsAsync(keys).ConfigureAwait(false);
        }
    }

    /// <summary>Saves the broadcasts of up to a hundred accounts.</summary>
    /// <param name="chosen">The accounts. By default the first of all that have unsaved broadcasts.</param>
    /// <returns>The other accounts that have unsaved broadcasts.</returns>
    private async Task<List<string>> SaveBroadcastsAsync(string[]? chosen)
    {
        Dictionary<string, long> totals = [];
        (List<string> rest, Exception? failure) = await _source.RunAsync(
            new DatabaseOperation<UserStore, (List<string>, Exception?)>(
                store =>
                {
                    List<string> keys = chosen is null ? Counters.CollectBroadcasts() : [.. chosen];
                    foreach (string key in keys.Take(LiteDbDataSource.ChunkSize))
                    {
                        UserRecord? user = store.Find(key);
                        LiveCounters.Broadcasts broadcasts = Counters.TakeBroadcasts(key);
                        if (user is null)
                            continue;
                        user.Broadcasts = totals[key] = broadcasts.AddTo(user.Broadcasts);
                        store.Update(user);
                    }

                    return ([.. keys.Skip(LiteDbDataSource.ChunkSize)], null);
                },
                failed: reason =>
                {
                    Counters.ReturnBroadcasts(totals);
                    return ([], reason);
                }),
            always: true).ConfigureAwait(false);
        return failure is null
            ? rest
            : throw new ServerLibException($"The numbers of broadcasts could not be written: {failure.Message}", failure);
    }

    private async Task TrySaveAsync(bool isLastTime)
    {
        try
        {
            await SaveAsync(default).ConfigureAwait(false);
        }
        catch (ServerLibException e)
        {
            if (isLastTime)
                UserDatabaseEvents.NotSaved(_logger, e.Message);
        }
    }
}
