using ServerLib.Files;
using ServerLib.Passwords;

namespace ServerLib.Accounts;

/// <summary>Registration and login by password. Passwords are hashed outside the database's thread, so no other caller waits for it.</summary>
internal sealed class LiteDbLogins(LiteDbDataSource source, LoginRecords records, IPasswordHasher hasher, AuditTrail? audit)
{
    public async ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        if (UserName.FindProblem(credentials.Username) is { } rule)
            return LoginResult.Refused(rule);
        try
        {
            if (LiteDbDataSource.KeyOf(credentials.Username) is not { } key
                || await source.FindAsync(credentials.Username, cancellationToken).ConfigureAwait(false) is not null)
            {
                return new LoginResult(LoginCode.Failure);
            }

            if (await hasher.HashAsync(credentials.Password, cancellationToken: cancellationToken).ConfigureAwait(false) is not { } hash)
                return new LoginResult(LoginCode.Busy);
            string address = AddressText.From(credentials.Address);
            bool isAdded = await source.RunAsync(
                store => store.TryAdd(key, credentials.Username, hash, address, source.Now), cancellationToken).ConfigureAwait(false);
            if (!isAdded)
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
            UserRecord? user = await source.FindAsync(credentials.Username, cancellationToken).ConfigureAwait(false);
            PasswordVerification verified = await hasher
                .VerifyAsync(credentials.Password, user?.PasswordHash ?? "", credentials.IsKnownAddress, cancellationToken).ConfigureAwait(false);
            if (verified == PasswordVerification.Busy)
                return new LoginResult(LoginCode.Busy);
            bool isRight = user is not null && verified != PasswordVerification.Failed;
            string? newHash = isRight && verified == PasswordVerification.SuccessRehashNeeded
                ? await hasher.HashAsync(credentials.Password, credentials.IsKnownAddress, cancellationToken).ConfigureAwait(false)
                : null;
            string address = AddressText.From(credentials.Address);
            string? problem = await source.ReadAsync(store => FindProblem(store, user, isRight), cancellationToken).ConfigureAwait(false);
            Record(user, address, newHash);
            return problem is null ? LoginResult.Ok(user!.Name) : new LoginResult(LoginCode.Failure) { Detail = problem };
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }
    }

    /// <summary>Finds out what is wrong with a login, as the account is now.</summary>
    /// <returns><see langword="null"/> if the login is right.</returns>
    private static string? FindProblem(UserStore store, UserRecord? found, bool isRight)
    {
        if (found is null || store.Find(found.Key) is not { } now || now.Id != found.Id)
            return LoginProblem.NoSuchUser;
        return LoginProblem.OfPassword(isRight, now.IsLocked, now.PasswordSetAt != found.PasswordSetAt);
    }

    /// <summary>Records a login attempt, and the new hash unless the password has changed since it was verified.</summary>
    private void Record(UserRecord? user, string address, string? newHash)
    {
        if (user is null)
        {
            records.AddUnknown(address);
            return;
        }

        string oldHash = user.PasswordHash;
        records.Add(LoginRecord.Attempt(user, address, now =>
        {
            if (newHash is not null && now.PasswordHash == oldHash)
                now.PasswordHash = newHash;
        }));
    }
}
