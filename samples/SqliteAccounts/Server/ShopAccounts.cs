using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using ServerLib;

namespace SqliteAccounts;

/// <summary>The accounts of the shop, in the table <c>users</c> that the shop already has.</summary>
internal sealed partial class ShopAccounts(ShopDatabase database, IPasswordHasher hasher, ILogger<ShopAccounts> logger) : IUserDatabase
{
    public async ValueTask<bool> HasUserAsync(string username, CancellationToken cancellationToken = default)
    {
        try
        {
            return await FindAsync(username, cancellationToken) is not null;
        }
        catch (SqliteException e)
        {
            throw new ServerLibException("The shop's database cannot be read.", e);
        }
    }

    public async ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        if (UserName.FindProblem(credentials.Username) is { } rule)
            return LoginResult.Refused(rule);
        if (await hasher.HashAsync(credentials.Password, cancellationToken: cancellationToken) is not { } hash)
            return new LoginResult(LoginCode.Busy);
        try
        {
            int added = await database.ExecuteAsync(
                "INSERT INTO users (name, name_key, password) VALUES ($name, $key, $password) ON CONFLICT DO NOTHING",
                cancellationToken,
                ("$name", credentials.Username),
                ("$key", UserName.Key(credentials.Username)!),
                ("$password", hash));
            return added == 1 ? LoginResult.Ok(credentials.Username) : new LoginResult(LoginCode.Failure);
        }
        catch (SqliteException e)
        {
            return Busy(e);
        }
    }

    public async ValueTask<LoginResult> AuthenticateUserAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        try
        {
            // For an unknown name, the hasher does the same work with an empty hash.
            User? user = await FindAsync(credentials.Username, cancellationToken);
            PasswordVerification verified = await hasher.VerifyAsync(
                credentials.Password, user?.Password ?? "", credentials.IsKnownAddress, cancellationToken);
            if (verified == PasswordVerification.Busy)
                return new LoginResult(LoginCode.Busy);
            if (user is null || verified == PasswordVerification.Failed)
                return new LoginResult(LoginCode.Failure);
            if (verified == PasswordVerification.SuccessRehashNeeded)
                await UpgradeAsync(user, credentials, cancellationToken);
            return LoginResult.Ok(user.Name);
        }
        catch (SqliteException e)
        {
            return Busy(e);
        }
    }

    /// <summary>Stores a new hash, unless the stored one has changed since it was read.</summary>
    private async Task UpgradeAsync(User user, Credentials credentials, CancellationToken cancellationToken)
    {
        if (await hasher.HashAsync(credentials.Password, credentials.IsKnownAddress, cancellationToken) is not { } hash)
            return; // The queue is full. The next login upgrades the hash.
        int changed = await database.ExecuteAsync(
            "UPDATE users SET password = $new WHERE id = $id AND password = $old",
            cancellationToken,
            ("$new", hash),
            ("$id", user.Id),
            ("$old", user.Password));
        if (changed == 1)
            LogUpgraded(user.Name);
    }

    private Task<User?> FindAsync(string username, CancellationToken cancellationToken) => database.FindAsync(
        "SELECT id, name, password FROM users WHERE name_key = $key",
        row => new User(row.GetInt64(0), row.GetString(1), row.GetString(2)),
        cancellationToken,
        ("$key", UserName.Key(username) ?? ""));

    private LoginResult Busy(SqliteException e)
    {
        LogFailed(e);
        return new LoginResult(LoginCode.Busy);
    }

    [LoggerMessage(LogLevel.Information, "The password of {User} now has an Argon2id hash.")]
    private partial void LogUpgraded(string user);

    [LoggerMessage(LogLevel.Error, "The shop's database failed.")]
    private partial void LogFailed(SqliteException exception);

    private sealed record User(long Id, string Name, string Password);
}
