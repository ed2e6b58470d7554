using ServerLib.Accounts;
using ServerLib.Files;
using ServerLib.Passwords;

namespace ServerLib;

/// <content>Who is there, and with which password. Passwords are hashed elsewhere, so that nothing waits for it here.</content>
public sealed partial class LiteDbUserDatabase
{
    /// <inheritdoc/>
    public async ValueTask<bool> HasUserAsync(string username, CancellationToken cancellationToken = default) =>
        await FindAsync(username, cancellationToken).ConfigureAwait(false) is not null;

    /// <inheritdoc/>
    public async ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        try
        {
            if (Key(credentials.Username) is not { } key
                || await FindAsync(credentials.Username, cancellationToken).ConfigureAwait(false) is not null)
            {
                return new LoginResult(LoginCode.Failure);
            }

            if (await _hasher.HashAsync(credentials.Password, cancellationToken: cancellationToken).ConfigureAwait(false) is not { } hash)
                return new LoginResult(LoginCode.Busy);
            string address = AddressText.From(credentials.Address);
            bool isAdded = await RunAsync(
                store => store.TryAdd(key, credentials.Username, hash, address, Now), cancellationToken).ConfigureAwait(false);
            if (!isAdded)
                return new LoginResult(LoginCode.Failure);
            _audit?.Write(AuditEvent.Registered, credentials.Username, address);
            return LoginResult.Ok(credentials.Username);
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<LoginResult> AuthenticateUserAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        try
        {
            UserRecord? user = await FindAsync(credentials.Username, cancellationToken).ConfigureAwait(false);
            PasswordVerification verified = await _hasher
                .VerifyAsync(credentials.Password, user?.PasswordHash ?? "", credentials.IsKnownAddress, cancellationToken).ConfigureAwait(false);
            if (verified == PasswordVerification.Busy)
                return new LoginResult(LoginCode.Busy);
            bool isRight = user is not null && verified != PasswordVerification.Failed;
            string? newHash = isRight && verified == PasswordVerification.SuccessRehashNeeded
                ? await _hasher.HashAsync(credentials.Password, credentials.IsKnownAddress, cancellationToken).ConfigureAwait(false)
                : null;
            string address = AddressText.From(credentials.Address);
            bool isOpen = await RunAsync(store => Attempt(store, user, address, newHash), cancellationToken).ConfigureAwait(false);
            return isRight && isOpen ? LoginResult.Ok(user!.Name) : new LoginResult(LoginCode.Failure);
        }
        catch (ServerLibException)
        {
            return new LoginResult(LoginCode.Busy);
        }
    }

    /// <summary>Writes down an attempt, and the new hash unless there is another password meanwhile.</summary>
    /// <returns>Whether the account exists still, with that password, and is not locked.</returns>
    private static bool Attempt(UserStore store, UserRecord? found, string address, string? newHash)
    {
        UserRecord? user = found is null ? null : store.Find(found.Key);
        if (user is null)
        {
            store.AttemptNobody(address);
            return false;
        }

        user.Attempt(address);
        if (newHash is not null && user.PasswordHash == found!.PasswordHash)
            user.PasswordHash = newHash;
        store.Update(user);
        return !user.IsLocked && user.PasswordSetAt == found!.PasswordSetAt;
    }

    private async Task<UserRecord?> FindAsync(string username, CancellationToken cancellationToken)
    {
        // One that no account can have takes the same way, to no account.
        string key = Key(username) ?? "";
        return await RunAsync(store => store.Find(key), cancellationToken).ConfigureAwait(false);
    }
}
