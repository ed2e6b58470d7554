using Microsoft.Extensions.Logging;
using ServerLib.Bans;
using ServerLib.Diagnostics;

namespace ServerLib.Accounts;

/// <summary>Bans in the user database. A damaged ban is ignored, left in the file, and logged.</summary>
internal sealed class LiteDbBanDatabase(LiteDbDataSource source, ILogger logger, ServerProblems? problems) : IBanDatabase
{
    public async ValueTask<IReadOnlyList<Ban>> GetBansAsync(CancellationToken cancellationToken = default)
    {
        (List<Ban> bans, int damaged) = await source.ReadAsync(
            store => (store.Bans.ReadAll(out int unreadable), unreadable), cancellationToken).ConfigureAwait(false);
        if (damaged > 0)
        {
            UserDatabaseEvents.DamagedBans(logger, damaged);
            problems?.Report(ProblemNames.Bans, "Stored bans are damaged and not in force. Ban these users or addresses again.");
        }

        return bans;
    }

    public async ValueTask AddBanAsync(Ban ban, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ban);
        if (!BanTarget.TryParse(ban.Target, out BanTarget target, out string? problem))
            throw new ServerLibException(problem);
        await source.RunAsync(
            store =>
            {
                store.Bans.Put(target, ban);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> RemoveBanAsync(string target, CancellationToken cancellationToken = default) =>
        BanTarget.TryParse(target, out BanTarget parsed, out _)
        && await source.RunAsync(store => store.Bans.Remove(parsed), cancellationToken).ConfigureAwait(false);
}
