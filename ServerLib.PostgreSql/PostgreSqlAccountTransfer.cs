using System.Globalization;
using Npgsql;

namespace ServerLib.PostgreSql;

/// <summary>Adds accounts from other systems, and reads whole accounts.</summary>
internal sealed class PostgreSqlAccountTransfer(PostgreSqlSource source, IPasswordHasher hasher) : IAccountTransfer
{
    // The most addresses in each list, as of the accounts in LiteDB.
    private const int MaxAddresses = 100;

    private const string FindKeys =
        """
        SELECT key FROM serverlib.accounts WHERE key = ANY (@keys)
        """;

    private const string Add =
        """
        WITH account AS (
            INSERT INTO serverlib.accounts
                (key, name, password_hash, password_set_at, is_admin, is_locked, registered_at, registered_from)
            VALUES
                (@key, @name, @password_hash, @password_set_at::bigint, @is_admin, @is_locked, @registered_at::bigint, @registered_from)
            ON CONFLICT (key) DO NOTHING
            RETURNING id
        ), keys AS (
            INSERT INTO serverlib.account_keys (account_id, name, name_key, fingerprint, added_at, last_used_at)
            SELECT account.id, k.name, k.name_key, k.fingerprint, k.added_at, k.last_used_at
            FROM account, unnest(@key_names, @key_keys, @fingerprints, @added, @used)
                WITH ORDINALITY AS k (name, name_key, fingerprint, added_at, last_used_at, number)
            ORDER BY k.number
            ON CONFLICT DO NOTHING
        )
        INSERT INTO serverlib.account_statistics (account_id, attempts, attempt_count, logons, logon_count, broadcasts)
        SELECT id, @attempts, @attempt_count, @logons, @logon_count, @broadcasts FROM account
        """;

    public async ValueTask<IReadOnlyList<bool>> HaveAccountsAsync(
        IReadOnlyList<string> usernames, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(usernames);
        string[] keys = [.. usernames.Select(AccountKey.ToFind)];
        List<string> found = await source.ReadAsync(
            (connection, token) => connection.Command(FindKeys, ("keys", keys)).ReadAsync(reader => reader.GetString(0), token),
            cancellationToken).ConfigureAwait(false);
        var known = found.ToHashSet(StringComparer.Ordinal);
        return [.. keys.Select(known.Contains)];
    }

    public async ValueTask<IReadOnlyList<AccountAddition>> AddAccountsAsync(
        IReadOnlyList<AccountRecord> accounts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        var results = new List<AccountAddition>(accounts.Count);
        foreach (AccountRecord[] chunk in accounts.Chunk(FullAccounts.PageSize))
        {
            string?[] problems = [.. chunk.Select(FindProblem)];
            AccountRecord[] valid = [.. chunk.Where((_, i) => problems[i] is null)];
            var added = new Queue<bool>(await source.RunAsync(
                (connection, token) => AddAsync(connection, valid, token), cancellationToken).ConfigureAwait(false));
            results.AddRange(problems.Select(problem => problem is null
                ? new AccountAddition(added.Dequeue())
                : new AccountAddition(false, problem)));
        }

        return results;
    }

    public async ValueTask<AccountPage> ReadAccountsAsync(int count, string? after = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (!long.TryParse(after ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out long last))
            throw new ArgumentException("This is not the end of a page.", nameof(after));
        int limit = Math.Min(count, FullAccounts.PageSize);
        List<(long Id, AuditedAccount Account)> page = await FullAccounts.ReadAfterAsync(source, last, limit, cancellationToken)
            .ConfigureAwait(false);
        return new AccountPage(
            [.. page.Select(one => one.Account.Account)],
            page.Count < limit ? null : page[^1].Id.ToString(CultureInfo.InvariantCulture));
    }

    private string? FindProblem(AccountRecord account)
    {
        if ((account.FindProblem() ?? hasher.FindProblem(account.PasswordHash)) is { } problem)
            return problem;
        if (account.Keys.Count > PostgreSqlUserDatabase.MaxKeysPerUser)
            return $"it has more than {PostgreSqlUserDatabase.MaxKeysPerUser} keys";
        return AccountKey.Of(account.Name) is null ? "the name is too long" : null;
    }

    /// <returns>For each account, whether its name was free.</returns>
    private static async Task<bool[]> AddAsync(NpgsqlConnection connection, AccountRecord[] accounts, CancellationToken cancellationToken)
    {
        if (accounts.Length == 0)
            return [];

        // All in one round trip and one transaction.
        var batch = new NpgsqlBatch(connection);
        await using (batch.ConfigureAwait(false))
        {
            foreach (AccountRecord account in accounts)
                batch.BatchCommands.Add(CreateAddition(account));
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return [.. batch.BatchCommands.Cast<NpgsqlBatchCommand>().Select(command => command.RecordsAffected == 1)];
        }
    }

    private static NpgsqlBatchCommand CreateAddition(AccountRecord account)
    {
        var command = new NpgsqlBatchCommand(Add);
        Set("key", AccountKey.Of(account.Name));
        Set("name", account.Name);
        Set("password_hash", account.PasswordHash);
        Set("password_set_at", StoredTime.From(account.PasswordSetAt));
        Set("is_admin", account.IsAdmin);
        Set("is_locked", account.IsLocked);
        Set("registered_at", StoredTime.From(account.RegisteredAt));
        Set("registered_from", account.RegisteredFrom);
        Set("key_names", account.Keys.Select(key => key.Name).ToArray());
        Set("key_keys", account.Keys.Select(key => AccountKey.ToFind(key.Name)).ToArray());
        Set("fingerprints", account.Keys.Select(key => key.Fingerprint).ToArray());
        Set("added", account.Keys.Select(key => key.Added.UtcTicks).ToArray());
        Set("used", account.Keys.Select(key => StoredTime.From(key.LastUsed)).ToArray());
        Set("attempts", account.Attempts.TakeLast(MaxAddresses).ToArray());
        Set("attempt_count", Math.Max(account.AttemptCount, account.Attempts.Count));
        Set("logons", account.Logons.TakeLast(MaxAddresses).ToArray());
        Set("logon_count", Math.Max(account.LogonCount, account.Logons.Count));
        Set("broadcasts", account.Broadcasts);
        return command;

        void Set(string name, object? value) => command.Parameters.AddWithValue(name, value ?? DBNull.Value);
    }
}
