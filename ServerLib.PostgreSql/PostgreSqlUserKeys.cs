using Npgsql;
using ServerLib.Accounts;
using ServerLib.PostgreSql.Statistics;

namespace ServerLib.PostgreSql;

/// <summary>Login keys. Only their fingerprints are stored, because a client sends the key itself when it logs in.</summary>
internal sealed class PostgreSqlUserKeys(PostgreSqlSource source, PostgreSqlStatistics statistics) : IUserKeys
{
    private const string ReadAll =
        """
        SELECT k.name, k.fingerprint, k.added_at, k.last_used_at
        FROM serverlib.accounts AS a LEFT JOIN serverlib.account_keys AS k ON k.account_id = a.id
        WHERE a.key = @key
        ORDER BY k.id
        """;

    // Others that change the keys of the account wait, so that they see this key when they count.
    private const string LockAccount =
        """
        SELECT id FROM serverlib.accounts WHERE key = @key FOR UPDATE
        """;

    private const string Add =
        """
        WITH account AS (
            UPDATE serverlib.accounts SET stamp = gen_random_uuid() WHERE key = @key RETURNING id
        )
        INSERT INTO serverlib.account_keys (account_id, name, name_key, fingerprint, added_at)
        SELECT id, @name, @name_key, @fingerprint, @added_at FROM account
        """;

    private const string Remove =
        """
        WITH account AS (
            SELECT id FROM serverlib.accounts WHERE key = @key FOR UPDATE
        ), removed AS (
            DELETE FROM serverlib.account_keys AS k USING account
            WHERE k.account_id = account.id AND k.name_key = @name_key
            RETURNING k.account_id, k.name, k.fingerprint, k.added_at, k.last_used_at
        ), changed AS (
            UPDATE serverlib.accounts SET stamp = gen_random_uuid() FROM removed WHERE id = removed.account_id
        )
        SELECT name, fingerprint, added_at, last_used_at FROM removed
        """;

    private const string FindKey =
        $"""
        SELECT {StoredAccount.Columns}, k.name
        FROM serverlib.accounts AS a
        LEFT JOIN serverlib.account_keys AS k ON k.account_id = a.id AND k.fingerprint = @fingerprint
        WHERE a.key = @key
        """;

    public async ValueTask<IReadOnlyList<UserKey>?> GetKeysAsync(string username, CancellationToken cancellationToken = default)
    {
        string key = AccountKey.ToFind(username);
        return await source.ReadAsync((connection, token) => ReadAsync(connection, key, token), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<AddKeyResult> AddKeyAsync(
        string username, string keyName, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyName);
        if (!UserName.IsValid(keyName) || AccountKey.Of(keyName) is not { } nameKey)
            return AddKeyResult.NameRefused;
        if (!UserKey.TryGetFingerprint(publicKey.Span, out string? fingerprint))
            return AddKeyResult.KeyRefused;
        string key = AccountKey.ToFind(username);
        var added = new UserKey(keyName, fingerprint, source.Time.GetUtcNow());
        return await source.RunAsync((connection, token) => AddAsync(connection, key, added, nameKey, token), cancellationToken)
            .ConfigureAwait(false);
    }

    public async ValueTask<UserKey?> RemoveKeyAsync(string username, string keyName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyName);
        string key = AccountKey.ToFind(username);
        string nameKey = AccountKey.ToFind(keyName);
        return await source.RunAsync(
            async (connection, token) => (await connection.Command(Remove, ("key", key), ("name_key", nameKey))
                .ReadAsync(reader => Read(reader), token).ConfigureAwait(false)).SingleOrDefault(),
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<LoginResult> AuthenticateKeyAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        string fingerprint = credentials.ProvenKey.IsEmpty ? "" : UserKey.FingerprintOf(credentials.ProvenKey.Span);
        string key = AccountKey.ToFind(credentials.Username);
        try
        {
            (StoredAccount? account, string? keyName) = await source.ReadAsync(
                async (connection, token) => (await connection.Command(FindKey, ("key", key), ("fingerprint", fingerprint))
                    .ReadAsync(ReadFound, token).ConfigureAwait(false)).SingleOrDefault(),
                cancellationToken).ConfigureAwait(false);
            if (account is null)
                return Failure(LoginProblem.NoSuchUser);
            bool isRight = keyName is not null && !account.IsLocked;
            statistics.AddAttempt(account, StoredText.From(credentials.Address), usedKey: isRight ? fingerprint : null);
            if (account.IsLocked)
                return Failure(LoginProblem.Locked);
            if (keyName is not null)
                return LoginResult.Ok(account.Name) with { KeyName = keyName };
            return Failure(fingerprint.Length == 0 ? LoginProblem.NoKey : LoginProblem.WrongKey);
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }

        static LoginResult Failure(string problem) => new(LoginCode.Failure) { Detail = problem };
    }

    private static async Task<AddKeyResult> AddAsync(
        NpgsqlConnection connection, string key, UserKey added, string nameKey, CancellationToken cancellationToken)
    {
        NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await connection.Command(LockAccount, ("key", key)).ExecuteAsync(cancellationToken).ConfigureAwait(false);
            if (await ReadAsync(connection, key, cancellationToken).ConfigureAwait(false) is not { } keys)
                return AddKeyResult.NoSuchUser;
            if (keys.Exists(one => UserName.Same(one.Name, added.Name)))
                return AddKeyResult.NameTaken;
            if (keys.Exists(one => one.Fingerprint == added.Fingerprint))
                return AddKeyResult.KnownKey;
            if (keys.Count >= PostgreSqlUserDatabase.MaxKeysPerUser)
                return AddKeyResult.TooMany;
            await connection.Command(
                Add,
                ("key", key),
                ("name", added.Name),
                ("name_key", nameKey),
                ("fingerprint", added.Fingerprint),
                ("added_at", added.Added.UtcTicks)).ExecuteAsync(cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return AddKeyResult.Added;
        }
    }

    /// <returns><see langword="null"/> if there is no account.</returns>
    private static async Task<List<UserKey>?> ReadAsync(NpgsqlConnection connection, string key, CancellationToken cancellationToken)
    {
        // An account without keys has one row without a key.
        List<UserKey?> rows = await connection.Command(ReadAll, ("key", key))
            .ReadAsync(reader => reader.IsDBNull(0) ? null : Read(reader), cancellationToken).ConfigureAwait(false);
        return rows.Count == 0 ? null : [.. rows.OfType<UserKey>()];
    }

    private static UserKey Read(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), StoredTime.Read(reader.GetInt64(2)), StoredTime.Read(reader.GetNullableInt64(3)));

    private static (StoredAccount? Account, string? KeyName) ReadFound(NpgsqlDataReader reader) => (
        StoredAccount.Read(reader),
        reader.IsDBNull(StoredAccount.ColumnCount) ? null : reader.GetString(StoredAccount.ColumnCount));
}
