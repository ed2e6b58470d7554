using System.Runtime.CompilerServices;
using ServerLib.Files;

namespace ServerLib.Accounts;

/// <summary>Changes that admins make to accounts, and that users make to their own.</summary>
internal sealed class LiteDbUserAdministration(LiteDbDataSource source, LoginRecords records, IPasswordHasher hasher)
{
    public async ValueTask<UserAccount?> FindAccountAsync(string username, CancellationToken cancellationToken) =>
        (await source.FindAsync(username, cancellationToken).ConfigureAwait(false))?.ToAccount();

    public async IAsyncEnumerable<UserAccount> ListAccountsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (IReadOnlyList<UserRecord> users in source.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (UserRecord user in users)
                yield return user.ToAccount();
        }
    }

    public async ValueTask<LoginResult> AddAccountAsync(string username, string password, CancellationToken cancellationToken)
    {
        if (UserName.FindProblem(username) is { } rule)
            throw new ArgumentException($"No account can have this name. {rule}", nameof(username));
        string key = LiteDbDataSource.KeyOf(username) ?? throw new ArgumentException("No account can have this name.", nameof(username));
        if (await hasher.HashAsync(password, hasPriority: true, cancellationToken).ConfigureAwait(false) is not { } hash)
            return new LoginResult(LoginCode.Busy);
        bool isAdded = await source.RunAsync(
            store => store.TryAdd(key, username, hash, "", source.Now), cancellationToken).ConfigureAwait(false);
        return isAdded ? LoginResult.Ok(username) : new LoginResult(LoginCode.Failure);
    }

    public async ValueTask<bool> RemoveAccountAsync(string username, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string key = LiteDbDataSource.KeyOf(username) ?? "";
        return await source.RunAsync(new DatabaseOperation<UserStore, bool>(
            store =>
            {
                if (store.Find(key) is not { } user)
                    return false;
                store.Remove(user);
                records.Forget(key);
                return true;
            },

            // Connections that are still open must not count for the next account with this name.
            committed: isRemoved => source.Counters.LogOffAll(isRemoved ? [key] : []))).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<LoginResult> SetPasswordAsync(
        string username, string password, UserAccount? asOf, CancellationToken cancellationToken)
    {
        if (await hasher.HashAsync(password, hasPriority: true, cancellationToken).ConfigureAwait(false) is not { } hash)
            return new LoginResult(LoginCode.Busy);
        UserRecord? changed = await ChangeAsync(
            username,
            user =>
            {
                if (asOf is not null && user.ToAccount().PasswordSetAt != asOf.PasswordSetAt)
                    return false;

                // This time identifies a password, so two passwords never have the same one.
                user.PasswordSetAt = Math.Max(source.Now, user.PasswordSetAt + 1);
                user.PasswordHash = hash;
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        return changed is null ? new LoginResult(LoginCode.Failure) : LoginResult.Ok(changed.Name);
    }

    public async ValueTask<bool> SetAdminAsync(string username, bool isAdmin, CancellationToken cancellationToken) =>
        await ChangeAsync(
            username,
            user =>
            {
                user.IsAdmin = isAdmin;
                return true;
            },
            cancellationToken).ConfigureAwait(false) is not null;

    public async ValueTask<bool> SetLockedAsync(string username, bool isLocked, CancellationToken cancellationToken) =>
        await ChangeAsync(
            username,
            user =>
            {
                user.IsLocked = isLocked;
                return true;
            },
            cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Changes an account, and revokes its tickets.</summary>
    /// <param name="username">The account's name.</param>
    /// <param name="change">Changes the account, or returns <see langword="false"/>.</param>
    /// <param name="cancellationToken">Is checked before the change is queued.</param>
    /// <returns>The changed account; <see langword="null"/> if there is none, or nothing was changed.</returns>
    private Task<UserRecord?> ChangeAsync(string username, Func<UserRecord, bool> change, CancellationToken cancellationToken)
    {
        string key = LiteDbDataSource.KeyOf(username) ?? "";
        return source.RunAsync(
            store =>
            {
                if (store.Find(key) is not { } user || !change(user))
                    return null;
                user.ChangeStamp();
                store.Update(user);
                return user;
            },
            cancellationToken);
    }
}
