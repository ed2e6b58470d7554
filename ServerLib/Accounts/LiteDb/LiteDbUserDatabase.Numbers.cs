using System.Net;
using ServerLib.Accounts;
using ServerLib.Files;

namespace ServerLib;

/// <content>Who is connected, and what was broadcast.</content>
public sealed partial class LiteDbUserDatabase
{
    /// <inheritdoc/>
    /// <remarks>Once begun it is not given up.</remarks>
    /// <exception cref="ServerLibException">The database failed; nobody was logged on.</exception>
    public async ValueTask LogConnectionAsync(string username, EndPoint address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        cancellationToken.ThrowIfCancellationRequested();
        string text = AddressText.From(address);
        if (Key(username) is not { } key)
            return;
        await _thread.RunAsync(
            new DatabaseOperation<UserStore, bool>(
                store =>
                {
                    if (store.Find(key) is not { } user)
                        return false;
                    user.LogOn(text);
                    store.Update(user);
                    return true;
                },
                committed: isKnown =>
                {
                    if (isKnown)
                        _live.LoggedOn(key);
                }),
            always: true).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Once begun it is not given up, and a database that is out of order is told later. For an account without an active connection
    /// it does nothing, as after <see cref="PurgeAsync"/>.
    /// </remarks>
    public async ValueTask LogDisconnectionAsync(string username, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Key(username) is not { } key)
            return;
        await _thread.RunAsync(
            new DatabaseOperation<UserStore, bool>(
                store =>
                {
                    LogOff(store, key);
                    return true;
                },
                committed: _ => _live.LoggedOff(key),
                failed: _ =>
                {
                    _live.LoggedOff(key);
                    return false;
                }),
            always: true).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask UpdateStatsAsync(string username, long broadcasts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(username);
        ArgumentOutOfRangeException.ThrowIfNegative(broadcasts);
        _live.CountBroadcasts(username, broadcasts);
        return default;
    }

    /// <inheritdoc/>
    public async ValueTask PurgeAsync(CancellationToken cancellationToken = default)
    {
        List<string> active = await _thread.RunAsync(
            new DatabaseOperation<UserStore, List<string>>(
                _ => [.. _live.ActiveKeys],
                failed: _ => [.. _live.ActiveKeys]),
            always: true).ConfigureAwait(false);
        foreach (string[] keys in active.Chunk(ChunkSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await _thread.RunAsync(
                new DatabaseOperation<UserStore, bool>(
                    store =>
                    {
                        foreach (string key in keys)
                            LogOff(store, key, all: true);
                        return true;
                    },
                    committed: _ => _live.LoggedOffAll(keys),
                    failed: _ =>
                    {
                        _live.LoggedOffAll(keys);
                        return false;
                    }),
                always: true).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ServerLibException">The database is out of order; it will be written when it is in order again.</exception>
    public async ValueTask SaveAsync(CancellationToken cancellationToken = default)
    {
        List<string> rest = await WriteBroadcastsAsync(null).WaitAsync(cancellationToken).ConfigureAwait(false);
        foreach (string[] keys in rest.Chunk(ChunkSize))
            await WriteBroadcastsAsync(keys).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void LogOff(UserStore store, string key, bool all = false)
    {
        if (store.Find(key) is not { ActiveConnections: > 0 } user)
            return;
        user.LogOffTo(all ? 0 : user.ActiveConnections - 1);
        store.Update(user);
    }

    /// <summary>Writes the broadcasts of some accounts.</summary>
    /// <param name="chosen">Which; by default the first of all that have any.</param>
    /// <returns>Which others have any.</returns>
    private async Task<List<string>> WriteBroadcastsAsync(string[]? chosen)
    {
        Dictionary<string, long> totals = [];
        (List<string> rest, Exception? failure) = await _thread.RunAsync(
            new DatabaseOperation<UserStore, (List<string>, Exception?)>(
                store =>
                {
                    List<string> keys = chosen is null ? _live.CollectBroadcasts() : [.. chosen];
                    foreach (string key in keys.Take(ChunkSize))
                    {
                        UserRecord? user = store.Find(key);
                        LiveNumbers.Broadcasts broadcasts = _live.TakeBroadcasts(key);
                        if (user is null)
                            continue;
                        user.Broadcasts = totals[key] = broadcasts.Total(user.Broadcasts);
                        store.Update(user);
                    }

                    return ([.. keys.Skip(ChunkSize)], null);
                },
                failed: reason =>
                {
                    _live.BroadcastsInDoubt(totals);
                    return ([], reason);
                }),
            always: true).ConfigureAwait(false);
        return failure is null
            ? rest
            : throw new ServerLibException($"The numbers of broadcasts could not be written: {failure.Message}", failure);
    }
}
