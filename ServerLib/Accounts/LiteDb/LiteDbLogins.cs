using ServerLib.Files;
using ServerLib.Passwords;

namespace ServerLib.Accounts;

/// <summary>Registration and login by password. Passwords are hashed outside the database's thread, so no other caller waits for it.</summary>
internal sealed class LiteDbLogins(LiteDbDataSource source, IPasswordHasher hasher, AuditTrail? audit)
{
    public async ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
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
            bool isOpen = await source.RunAsync(
                store => RecordAttempt(store, user, address, newHash), cancellationToken).ConfigureAwait(false);
            return isRight && isOpen ? LoginResult.Ok(user!.Name) : new LoginResult(LoginCode.Failure);
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }
    }

    /// <summary>Records a login attempt, and the new hash unless the password has changed since it was verified.</summary>
    /// <returns>Whether the account still exists, has the verified password, and is not locked.</returns>
    private static bool RecordAttempt(UserStore store, UserRecord? found, string address, string? newHash)
    {
        UserRecord? user = found is null ? null : store.Find(found.Key);
        if (user is null)
        {
            store.RecordUnknownAttempt(address);
            return false;
        }

        user.AddAttempt(address);
        if (newHash is not null && user.PasswordHash == found!.PasswordHash)
            user.PasswordHash = newHash;
        store.Update(user);
        return !user.IsLocked && user.PasswordSetAt == found!.PasswordSetAt;
    }
}
