using ServerLib.Files;
using ServerLib.Passwords;

namespace ServerLib.Accounts;

/// <summary>Registration and login by password. Passwords are hashed outside the database's thread, so no other caller waits for it.</summary>
internal sealed class LiteDbLogins(LiteDbDataSource source, IPasswordHasher hasher, AuditTrail? audit)
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
            string? problem = await source.RunAsync(
                store => RecordAttempt(store, user, address, newHash, isRight), cancellationToken).ConfigureAwait(false);
            return problem is null ? LoginResult.Ok(user!.Name) : new LoginResult(LoginCode.Failure) { Detail = problem };
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }
    }

    /// <summary>Records a login attempt, and the new hash unless the password has changed since it was verified.</summary>
    /// <returns>What is wrong; <see langword="null"/> if the login is right.</returns>
    private static string? RecordAttempt(UserStore store, UserRecord? found, string address, string? newHash, bool isRight)
    {
        UserRecord? user = found is null ? null : store.Find(found.Key);
        if (user is null)
        {
            store.RecordUnknownAttempt(address);
            return LoginProblem.NoSuchUser;
        }

        user.AddAttempt(address);
        if (newHash is not null && user.PasswordHash == found!.PasswordHash)
            user.PasswordHash = newHash;
        store.Update(user);
        if (!isRight)
            return user.IsLocked ? LoginProblem.WrongPasswordAndLocked : LoginProblem.WrongPassword;
        if (user.IsLocked)
            return LoginProblem.Locked;
        return user.PasswordSetAt == found!.PasswordSetAt ? null : LoginProblem.PasswordChanged;
    }
}
