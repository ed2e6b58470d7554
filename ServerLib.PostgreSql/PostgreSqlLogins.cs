using ServerLib.Accounts;
using ServerLib.PostgreSql.Statistics;

namespace ServerLib.PostgreSql;

/// <summary>Registration and login by password.</summary>
internal sealed class PostgreSqlLogins(PostgreSqlSource source, PostgreSqlStatistics statistics, IPasswordHasher hasher, AuditTrail? audit)
{
    // If two servers register a name at once, the constraint lets one of them.
    private const string Register =
        """
        INSERT INTO serverlib.accounts (key, name, password_hash, password_set_at, registered_at, registered_from)
        VALUES (@key, @name, @password_hash, @now, @now, @address)
        ON CONFLICT (key) DO NOTHING
        """;

    public async ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        if (UserName.FindProblem(credentials.Username) is { } rule)
            return LoginResult.Refused(rule);
        try
        {
            if (AccountKey.Of(credentials.Username) is not { } key
                || await StoredAccount.FindAsync(source, credentials.Username, cancellationToken).ConfigureAwait(false) is not null)
            {
                return new LoginResult(LoginCode.Failure);
            }

            if (await hasher.HashAsync(credentials.Password, cancellationToken: cancellationToken).ConfigureAwait(false) is not { } hash)
                return new LoginResult(LoginCode.Busy);
            string address = StoredText.From(credentials.Address);
            if (!await AddAsync(source, key, credentials.Username, hash, address, cancellationToken).ConfigureAwait(false))
                return new LoginResult(LoginCode.Failure);
            audit?.Write(AuditEvent.Registered, credentials.Username, address);
            return LoginResult.Ok(credentials.Username);
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }
    }

    public async ValueTask<LoginResult> AuthenticateUserAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        try
        {
            StoredAccount? account = await StoredAccount.FindAsync(source, credentials.Username, cancellationToken).ConfigureAwait(false);
            PasswordVerification verified = await hasher
                .VerifyAsync(credentials.Password, account?.PasswordHash ?? "", credentials.IsKnownAddress, cancellationToken).ConfigureAwait(false);
            if (verified == PasswordVerification.Busy)
                return new LoginResult(LoginCode.Busy);
            bool isRight = account is not null && verified != PasswordVerification.Failed;
            string? newHash = isRight && verified == PasswordVerification.SuccessRehashNeeded
                ? await hasher.HashAsync(credentials.Password, credentials.IsKnownAddress, cancellationToken).ConfigureAwait(false)
                : null;
            string? problem = await FindProblemAsync(account, credentials.Username, isRight, cancellationToken).ConfigureAwait(false);
            if (account is not null)
                statistics.AddAttempt(account, StoredText.From(credentials.Address), newHash: newHash);
            return problem is null ? LoginResult.Ok(account!.Name) : new LoginResult(LoginCode.Failure) { Detail = problem };
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }
    }

    /// <summary>Adds an account.</summary>
    /// <returns>Whether the name was free.</returns>
    public static Task<bool> AddAsync(
        PostgreSqlSource source, string key, string name, string hash, string address, CancellationToken cancellationToken) =>
        source.RunAsync(
            async (connection, token) => await connection.Command(
                Register,
                ("key", key),
                ("name", name),
                ("password_hash", hash),
                ("now", source.Now),
                ("address", address)).ExecuteAsync(token).ConfigureAwait(false) == 1,
            cancellationToken);

    /// <summary>Finds out what is wrong with a login, as the account is now.</summary>
    /// <returns><see langword="null"/> if the login is right.</returns>
    private async Task<string?> FindProblemAsync(StoredAccount? found, string username, bool isRight, CancellationToken cancellationToken)
    {
        // An unknown name takes as long as a known one.
        StoredAccount? now = await StoredAccount.FindAsync(source, username, cancellationToken).ConfigureAwait(false);
        if (found is null || now is null || now.Id != found.Id)
            return LoginProblem.NoSuchUser;
        return LoginProblem.OfPassword(isRight, now.IsLocked, now.PasswordSetAt != found.PasswordSetAt);
    }
}
