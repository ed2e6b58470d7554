using System.Runtime.CompilerServices;
using ServerLib.Accounts;
using ServerLib.Files;
using ServerLib.Passwords;

namespace ServerLib;

/// <content>What admins do to accounts, and owners to their own.</content>
public sealed partial class LiteDbUserDatabase
{
    private long Now => _time.GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public async ValueTask<UserAccount?> FindAccountAsync(string username, CancellationToken cancellationToken = default) =>
        (await FindAsync(username, cancellationToken).ConfigureAwait(false))?.ToAccount();

    /// <inheritdoc/>
    public async IAsyncEnumerable<UserAccount> ListAccountsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long last = 0;
        while (await RunAsync(store => store.ReadAfter(last, ChunkSize), cancellationToken).ConfigureAwait(false) is { Count: > 0 } users)
        {
            foreach (UserRecord user in users)
                yield return user.ToAccount();
            last = users[^1].Id;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="username"/> is a name that no account can have.</exception>
    public async ValueTask<LoginResult> AddAccountAsync(string username, string password, CancellationToken cancellationToken = default)
    {
        string key = Key(username) ?? throw new ArgumentException("No account can have this name.", nameof(username));
        if (await _hasher.HashAsync(password, hasPriority: true, cancellationToken).ConfigureAwait(false) is not { } hash)
            return new LoginResult(LoginCode.Busy);
        bool isAdded = await RunAsync(store => store.TryAdd(key, username, hash, "", Now), cancellationToken).ConfigureAwait(false);
        return isAdded ? LoginResult.Ok(username) : new LoginResult(LoginCode.Failure);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAccountAsync(string username, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string key = Key(username) ?? "";
        return await _thread.RunAsync(new DatabaseOperation<UserStore, bool>(
            store =>
            {
                if (store.Find(key) is not { } user)
                    return false;
                store.Remove(user);
                return true;
            },

            // Those who are still connected are not to be counted for the next one of that name.
            committed: isRemoved => _live.LoggedOffAll(isRemoved ? [key] : []))).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<LoginResult> SetPasswordAsync(
        string username, string password, UserAccount? asOf = null, CancellationToken cancellationToken = default)
    {
        if (await _hasher.HashAsync(password, hasPriority: true, cancellationToken).ConfigureAwait(false) is not { } hash)
            return new LoginResult(LoginCode.Busy);
        UserRecord? changed = await ChangeAsync(
            username,
            user =>
            {
                if (asOf is not null && user.ToAccount().PasswordSetAt != asOf.PasswordSetAt)
                    return false;

                // Never the same time twice: it tells one password from the next.
                user.PasswordSetAt = Math.Max(Now, user.PasswordSetAt + 1);
                user.PasswordHash = hash;
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        return changed is null ? new LoginResult(LoginCode.Failure) : LoginResult.Ok(changed.Name);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> SetAdminAsync(string username, bool isAdmin, CancellationToken cancellationToken = default) =>
        await ChangeAsync(
            username,
            user =>
            {
                user.IsAdmin = isAdmin;
                return true;
            },
            cancellationToken).ConfigureAwait(false) is not null;

    /// <inheritdoc/>
    public async ValueTask<bool> SetLockedAsync(string username, bool isLocked, CancellationToken cancellationToken = default) =>
        await ChangeAsync(
            username,
            user =>
            {
                user.IsLocked = isLocked;
                return true;
            },
            cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Changes an account.</summary>
    /// <param name="username">Its name.</param>
    /// <param name="change">Changes it; says whether it did.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The account as it is now; <see langword="null"/> when there is none, or nothing was changed.</returns>
    private Task<UserRecord?> ChangeAsync(string username, Func<UserRecord, bool> change, CancellationToken cancellationToken)
    {
        string key = Key(username) ?? "";
        return RunAsync(
            store =>
            {
                if (store.Find(key) is not { } user || !change(user))
                    return null;
                store.Update(user);
                return user;
            },
            cancellationToken);
    }
}
