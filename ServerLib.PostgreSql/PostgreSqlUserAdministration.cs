using System.Runtime.CompilerServices;
using Npgsql;
using ServerLib.PostgreSql.Statistics;

namespace ServerLib.PostgreSql;

/// <summary>Changes that admins make to accounts, and that users make to their own. Each is one statement, and changes the stamp.</summary>
internal sealed class PostgreSqlUserAdministration(PostgreSqlSource source, PostgreSqlStatistics statistics, IPasswordHasher hasher)
{
    private const int PageSize = 100;

    private const string ReadPage =
        $"""
        SELECT {StoredAccount.Columns} FROM serverlib.accounts AS a
        WHERE a.id > @after
        ORDER BY a.id
        LIMIT @count
        """;

    private const string Remove =
        """
        DELETE FROM serverlib.accounts WHERE key = @key
        """;

    // The time identifies a password, so two passwords never have the same one.
    private const string SetPassword =
        """
        UPDATE serverlib.accounts
        SET password_hash = @password_hash, password_set_at = greatest(@now, password_set_at + 1), stamp = gen_random_uuid()
        WHERE key = @key AND (NOT @is_checked OR password_set_at IS NOT DISTINCT FROM @as_of::bigint)
        RETURNING name
        """;

    private const string SetAdmin =
        """
        UPDATE serverlib.accounts SET is_admin = @value, stamp = gen_random_uuid() WHERE key = @key
        """;

    private const string SetLocked =
        """
        UPDATE serverlib.accounts SET is_locked = @value, stamp = gen_random_uuid() WHERE key = @key
        """;

    public async ValueTask<UserAccount?> FindAccountAsync(string username, CancellationToken cancellationToken) =>
        (await StoredAccount.FindAsync(source, username, cancellationToken).ConfigureAwait(false))?.ToAccount();

    public async IAsyncEnumerable<UserAccount> ListAccountsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long last = 0;
        List<StoredAccount> page;
        do
        {
            long after = last;
            page = await source.ReadAsync(
                (connection, token) => connection.Command(ReadPage, ("after", after), ("count", PageSize)).ReadAsync(StoredAccount.Read, token),
                cancellationToken).ConfigureAwait(false);
            foreach (StoredAccount account in page)
            {
                yield return account.ToAccount();
                last = account.Id;
            }
        }
        while (page.Count == PageSize);
    }

    public async ValueTask<LoginResult> AddAccountAsync(string username, string password, CancellationToken cancellationToken)
    {
        if (UserName.FindProblem(username) is { } rule)
            throw new ArgumentException($"No account can have this name. {rule}", nameof(username));
        string key = AccountKey.Of(username) ?? throw new ArgumentException("No account can have this name.", nameof(username));
        if (await hasher.HashAsync(password, hasPriority: true, cancellationToken).ConfigureAwait(false) is not { } hash)
            return new LoginResult(LoginCode.Busy);
        return await PostgreSqlLogins.AddAsync(source, key, username, hash, "", cancellationToken).ConfigureAwait(false)
            ? LoginResult.Ok(username)
            : new LoginResult(LoginCode.Failure);
    }

    public async ValueTask<bool> RemoveAccountAsync(string username, CancellationToken cancellationToken)
    {
        string key = AccountKey.ToFind(username);
        return await source.RunAsync(
            async (connection, token) =>
            {
                bool isRemoved = await connection.Command(Remove, ("key", key)).ExecuteAsync(token).ConfigureAwait(false) == 1;

                // What is not saved yet must not count for the next account with this name.
                if (isRemoved)
                    statistics.Forget(key);
                return isRemoved;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<LoginResult> SetPasswordAsync(
        string username, string password, UserAccount? asOf, CancellationToken cancellationToken)
    {
        if (await hasher.HashAsync(password, hasPriority: true, cancellationToken).ConfigureAwait(false) is not { } hash)
            return new LoginResult(LoginCode.Busy);
        string key = AccountKey.ToFind(username);
        string? name = await source.RunAsync(
            async (connection, token) =>
            {
                NpgsqlCommand change = connection.Command(
                    SetPassword,
                    ("key", key),
                    ("password_hash", hash),
                    ("now", source.Now),
                    ("is_checked", asOf is not null),
                    ("as_of", StoredTime.From(asOf?.PasswordSetAt)));
                await using (change.ConfigureAwait(false))
                    return await change.ExecuteScalarAsync(token).ConfigureAwait(false) as string;
            },
            cancellationToken).ConfigureAwait(false);
        return name is null ? new LoginResult(LoginCode.Failure) : LoginResult.Ok(name);
    }

    public ValueTask<bool> SetAdminAsync(string username, bool isAdmin, CancellationToken cancellationToken) =>
        SetAsync(SetAdmin, username, isAdmin, cancellationToken);

    public ValueTask<bool> SetLockedAsync(string username, bool isLocked, CancellationToken cancellationToken) =>
        SetAsync(SetLocked, username, isLocked, cancellationToken);

    private async ValueTask<bool> SetAsync(string sql, string username, bool value, CancellationToken cancellationToken)
    {
        string key = AccountKey.ToFind(username);
        return await source.RunAsync(
            async (connection, token) =>
                await connection.Command(sql, ("key", key), ("value", value)).ExecuteAsync(token).ConfigureAwait(false) == 1,
            cancellationToken).ConfigureAwait(false);
    }
}
