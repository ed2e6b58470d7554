namespace ServerLib;

/// <summary>
/// What an <see cref="IUserDatabase"/> may offer besides: accounts that are administered. One that doesn't has no admins, no
/// invitations, and passwords that stay as they are.
/// </summary>
/// <remarks>
/// Names are compared as in <see cref="IUserDatabase"/>. When a method completes, what it did is on disk. None of them checks a name
/// or password against the rules, or ends a session: that is the caller's. All methods may be called at once from several threads,
/// and throw <see cref="ServerLibException"/> where the database is out of order, unless they answer <see cref="LoginCode.Busy"/>.
/// </remarks>
public interface IUserAdministration
{
    /// <summary>Finds an account.</summary>
    /// <returns>The account; <see langword="null"/> when there is none of that name.</returns>
    ValueTask<UserAccount?> FindAccountAsync(string username, CancellationToken cancellationToken = default);

    /// <summary>All accounts, in the order in which they were added. Reading them holds nobody up.</summary>
    IAsyncEnumerable<UserAccount> ListAccountsAsync(CancellationToken cancellationToken = default);

    /// <summary>Adds an account for somebody else.</summary>
    /// <returns>
    /// <see cref="LoginCode.Ok"/>; <see cref="LoginCode.Failure"/> when the name is taken; <see cref="LoginCode.Busy"/>.
    /// </returns>
    ValueTask<LoginResult> AddAccountAsync(string username, string password, CancellationToken cancellationToken = default);

    /// <summary>Removes an account and all that is kept of it.</summary>
    /// <returns>Whether there was one.</returns>
    ValueTask<bool> RemoveAccountAsync(string username, CancellationToken cancellationToken = default);

    /// <summary>Sets an account's password.</summary>
    /// <param name="username">The account's name.</param>
    /// <param name="password">The new password.</param>
    /// <param name="asOf">
    /// What the account was when its old password was found to be right: where its password has been set since, nothing is done.
    /// Default it is set in any case.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>
    /// <see cref="LoginCode.Ok"/>; <see cref="LoginCode.Failure"/> where nothing was done, or there is no such account;
    /// <see cref="LoginCode.Busy"/>.
    /// </returns>
    ValueTask<LoginResult> SetPasswordAsync(
        string username, string password, UserAccount? asOf = null, CancellationToken cancellationToken = default);

    /// <summary>Makes an account an admin's, or takes that from it.</summary>
    /// <returns>Whether there is such an account.</returns>
    ValueTask<bool> SetAdminAsync(string username, bool isAdmin, CancellationToken cancellationToken = default);

    /// <summary>
    /// Locks an account, or unlocks it. Logging in to a locked one fails like a wrong password, at the same cost, so that nobody learns
    /// of it by guessing.
    /// </summary>
    /// <returns>Whether there is such an account.</returns>
    ValueTask<bool> SetLockedAsync(string username, bool isLocked, CancellationToken cancellationToken = default);

    /// <summary>Makes an invitation, with which one account can be registered.</summary>
    /// <param name="lifetime">How long it is good. Default for ever.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The invitation, and its code, which is not kept: only its hash is.</returns>
    ValueTask<(UserInvitation Invitation, string Code)> InviteAsync(
        TimeSpan? lifetime = null, CancellationToken cancellationToken = default);

    /// <summary>Withdraws an invitation.</summary>
    /// <returns>Whether there was one of that number which nobody had taken.</returns>
    ValueTask<bool> WithdrawInvitationAsync(long number, CancellationToken cancellationToken = default);

    /// <summary>The invitations, the oldest first. What is taken or expired is forgotten after 30 days.</summary>
    ValueTask<IReadOnlyList<UserInvitation>> ListInvitationsAsync(CancellationToken cancellationToken = default);

    /// <summary>Whether a code is that of an invitation that can be taken. Compared in constant time.</summary>
    ValueTask<bool> IsInvitedAsync(string code, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes the invitation of <see cref="Credentials.Invitation"/> and adds the account, both or neither: of two who come with one
    /// code, one is registered.
    /// </summary>
    /// <returns>
    /// <see cref="LoginCode.Ok"/>; <see cref="LoginCode.Failure"/> when the name is taken, or the code no longer good;
    /// <see cref="LoginCode.Busy"/>.
    /// </returns>
    ValueTask<LoginResult> CreateInvitedUserAsync(Credentials credentials, CancellationToken cancellationToken = default);
}
