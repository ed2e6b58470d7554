namespace ServerLib;

/// <summary>
/// Carries accounts to and from other systems, an optional capability of a user database. A server without it can neither import nor export
/// accounts.
/// </summary>
/// <remarks>
/// Names are compared as in <see cref="IUserDatabase"/>. Methods can be called concurrently. A method that is canceled throws
/// <see cref="OperationCanceledException"/>. If its token is canceled already, it throws at once and changes nothing. If the database fails,
/// methods throw <see cref="ServerLibException"/>.
/// </remarks>
public interface IAccountTransfer
{
    /// <summary>Checks which accounts exist.</summary>
    /// <param name="usernames">Names; any texts.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>For each name, in the same order, whether there is an account with this name.</returns>
    ValueTask<IReadOnlyList<bool>> HaveAccountsAsync(IReadOnlyList<string> usernames, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds accounts with their password hashes. Existing accounts are never changed. When this completes, the accounts are on disk.
    /// </summary>
    /// <param name="accounts">The accounts. If several have the same name, the first one is added.</param>
    /// <param name="cancellationToken">Cancels the wait. Some of the accounts may be added, each of them completely.</param>
    /// <returns>A result for each account, in the same order.</returns>
    ValueTask<IReadOnlyList<AccountAddition>> AddAccountsAsync(
        IReadOnlyList<AccountRecord> accounts, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads accounts with their password hashes, in the order in which they were added. Accounts that are added or removed between two calls
    /// may be missing or included.
    /// </summary>
    /// <param name="count">The maximum number of accounts, at least 1. An implementation may return fewer.</param>
    /// <param name="after"><see cref="AccountPage.Next"/> of the page before; <see langword="null"/> for the first page.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ArgumentException"><paramref name="after"/> is not from a page of this database.</exception>
    ValueTask<AccountPage> ReadAccountsAsync(int count, string? after = null, CancellationToken cancellationToken = default);
}
