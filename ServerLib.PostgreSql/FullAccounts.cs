using Npgsql;

namespace ServerLib.PostgreSql;

/// <summary>Reads accounts with all that belongs to them, a page at a time.</summary>
internal static class FullAccounts
{
    /// <summary>The most accounts on a page.</summary>
    public const int PageSize = 100;

    // Connections of a server that is not seen any more have ended.
    private const string ReadPage =
        $"""
        SELECT {StoredAccount.Columns},
            s.attempts, coalesce(s.attempt_count, 0), s.logons, coalesce(s.logon_count, 0), coalesce(s.active_address, ''),
            coalesce(s.broadcasts, 0), active.count, keys.names, keys.fingerprints, keys.added, keys.used
        FROM serverlib.accounts AS a
        LEFT JOIN serverlib.account_statistics AS s ON s.account_id = a.id
        LEFT JOIN LATERAL (
            SELECT coalesce(sum(c.count), 0)::bigint AS count
            FROM serverlib.active_connections AS c JOIN serverlib.nodes AS n ON n.id = c.node_id
            WHERE c.account_id = a.id AND n.seen_at > now() - interval '30 seconds'
        ) AS active ON true
        LEFT JOIN LATERAL (
            SELECT array_agg(k.name ORDER BY k.id) AS names, array_agg(k.fingerprint ORDER BY k.id) AS fingerprints,
                array_agg(k.added_at ORDER BY k.id) AS added, array_agg(k.last_used_at ORDER BY k.id) AS used
            FROM serverlib.account_keys AS k
            WHERE k.account_id = a.id
        ) AS keys ON true
        WHERE a.id > @after
        ORDER BY a.id
        LIMIT @count
        """;

    /// <summary>Reads up to <paramref name="count"/> accounts in the order of registration, after the account <paramref name="id"/>.</summary>
    public static Task<List<(long Id, AuditedAccount Account)>> ReadAfterAsync(
        PostgreSqlSource source, long id, int count, CancellationToken cancellationToken) =>
        source.ReadAsync(
            (connection, token) => connection.Command(ReadPage, ("after", id), ("count", count)).ReadAsync(Read, token), cancellationToken);

    private static (long Id, AuditedAccount Account) Read(NpgsqlDataReader reader)
    {
        StoredAccount stored = StoredAccount.Read(reader);
        int column = StoredAccount.ColumnCount;
        string[] attempts = reader.GetList<string>(column++);
        long attemptCount = reader.GetInt64(column++);
        string[] logons = reader.GetList<string>(column++);
        long logonCount = reader.GetInt64(column++);
        string activeAddress = reader.GetString(column++);
        long broadcasts = reader.GetInt64(column++);
        long active = reader.GetInt64(column++);
        string[] names = reader.GetList<string>(column++);
        string[] fingerprints = reader.GetList<string>(column++);
        long[] added = reader.GetList<long>(column++);
        long?[] used = reader.GetList<long?>(column);
        var account = new AccountRecord
        {
            Name = stored.Name,
            PasswordHash = stored.PasswordHash,
            IsAdmin = stored.IsAdmin,
            IsLocked = stored.IsLocked,
            RegisteredAt = StoredTime.Read(stored.RegisteredAt),
            RegisteredFrom = stored.RegisteredFrom,
            PasswordSetAt = StoredTime.Read(stored.PasswordSetAt),
            Keys = [.. names.Select((name, i) => new UserKey(name, fingerprints[i], StoredTime.Read(added[i]), StoredTime.Read(used[i])))],
            Attempts = attempts,
            AttemptCount = attemptCount,
            Logons = logons,
            LogonCount = logonCount,
            Broadcasts = broadcasts,
        };
        return (stored.Id, new AuditedAccount(account, Math.Min(active, logonCount), active > 0 ? activeAddress : ""));
    }
}
