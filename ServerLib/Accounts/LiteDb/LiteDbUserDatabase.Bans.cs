using ServerLib.Bans;

namespace ServerLib;

/// <content>Who is not let in.</content>
public sealed partial class LiteDbUserDatabase : IBanDatabase
{
    /// <inheritdoc/>
    /// <remarks>What is there and can't be read is left where it is, with a warning.</remarks>
    public async ValueTask<IReadOnlyList<Ban>> GetBansAsync(CancellationToken cancellationToken = default)
    {
        (List<Ban> bans, int damaged) = await RunAsync(
            store => (store.Bans.ReadAll(out int unreadable), unreadable), cancellationToken).ConfigureAwait(false);
        if (damaged > 0)
            LogDamagedBans(damaged);
        return bans;
    }

    /// <inheritdoc/>
    public async ValueTask AddBanAsync(Ban ban, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ban);
        if (!BanTarget.TryParse(ban.Target, out BanTarget subject, out string? problem))
            throw new ServerLibException(problem);
        await RunAsync(
            store =>
            {
                store.Bans.Put(subject, ban);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveBanAsync(string what, CancellationToken cancellationToken = default) =>
        BanTarget.TryParse(what, out BanTarget subject, out _)
        && await RunAsync(store => store.Bans.Remove(subject), cancellationToken).ConfigureAwait(false);
}
