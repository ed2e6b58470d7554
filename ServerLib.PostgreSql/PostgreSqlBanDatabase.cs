using Microsoft.Extensions.Logging;
using Npgsql;

namespace ServerLib.PostgreSql;

/// <summary>Bans. A damaged ban is ignored, left in the table, and logged.</summary>
internal sealed class PostgreSqlBanDatabase(PostgreSqlSource source, ILogger logger, ServerProblems? problems) : IBanDatabase
{
    // The name under which a server reports damaged bans.
    private const string Problem = "bans";

    private const string ReadAll =
        """
        SELECT target, since, until, reason, created_by FROM serverlib.bans
        """;

    private const string Put =
        """
        INSERT INTO serverlib.bans (key, target, since, until, reason, created_by)
        VALUES (@key, @target, @since, @until::bigint, @reason, @created_by)
        ON CONFLICT (key) DO UPDATE SET
            target = excluded.target, since = excluded.since, until = excluded.until,
            reason = excluded.reason, created_by = excluded.created_by
        """;

    private const string Remove =
        """
        DELETE FROM serverlib.bans WHERE key = @key
        """;

    public async ValueTask<IReadOnlyList<Ban>> GetBansAsync(CancellationToken cancellationToken = default)
    {
        List<Ban> stored = await source.ReadAsync(
            (connection, token) => connection.Command(ReadAll).ReadAsync(Read, token), cancellationToken).ConfigureAwait(false);
        List<Ban> bans = stored.FindAll(ban => BanTarget.TryParse(ban.Target, out _, out _));
        if (bans.Count < stored.Count)
        {
            PostgreSqlEvents.DamagedBans(logger, stored.Count - bans.Count);
            problems?.Report(Problem, "Stored bans are damaged and not in force. Ban these users or addresses again.");
        }

        return bans;
    }

    public async ValueTask AddBanAsync(Ban ban, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ban);
        if (!BanTarget.TryParse(ban.Target, out BanTarget target, out string? problem))
            throw new ServerLibException(problem);
        await source.RunAsync(
            (connection, token) => connection.Command(
                Put,
                ("key", KeyOf(target)),
                ("target", ban.Target),
                ("since", ban.Since.UtcTicks),
                ("until", StoredTime.From(ban.Until)),
                ("reason", StoredText.From(ban.Reason)),
                ("created_by", StoredText.From(ban.CreatedBy))).ExecuteAsync(token),
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> RemoveBanAsync(string target, CancellationToken cancellationToken = default) =>
        BanTarget.TryParse(target, out BanTarget parsed, out _)
        && await source.RunAsync(
            async (connection, token) =>
                await connection.Command(Remove, ("key", KeyOf(parsed))).ExecuteAsync(token).ConfigureAwait(false) == 1,
            cancellationToken).ConfigureAwait(false);

    /// <summary>A text that is the same for all spellings of a target.</summary>
    private static string KeyOf(BanTarget target) => target.Name is { } name ? $"name:{name}" : target.Text;

    private static Ban Read(NpgsqlDataReader reader) =>
        new(reader.GetString(0), StoredTime.Read(reader.GetNullableInt64(2)), reader.GetString(3))
        {
            Since = StoredTime.Read(reader.GetInt64(1)),
            CreatedBy = reader.GetString(4),
        };
}
