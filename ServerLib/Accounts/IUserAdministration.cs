namespace ServerLib;

/// <summary>
/// What an <see cref="IUserDatabase"/> may offer besides: accounts that are administered. One that doesn't has no admins, no
/// invitations, and passwords that stay as they are.
/// </summary>
/// <remarks>
/// Names are compared as in <see cref="IUserDatabase"/>. When a method completes, what it did is on disk. None of them checks a name
/// or password against the rules, or ends a session: that is the caller's. All methods may be called at once from several threads,
/// and throw <see cref="ServerLibException"/> where the database is out of order, unless they answer <see cref="LoginCode.Busy"/>, and
/// <see cref="OperationCanceledException"/> when they are cancelled. Each change is one step: nobody sees half of it, and of two at once
/// neither is lost.
/// </remarks>
public interface IUserAdministration
{
    /// <summary>Finds an account.</summary>
    /// <param name="username">The account's name.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns>The account; <see langword="null"/> when there is none of that name.</returns>
    ValueTask<UserAccount?> FindAccountAsync(string username, CancellationToken cancellationToken = default);

    /// <summary>
    /// All accounts, in the order in which they were added. Reading them holds nobody up; one that comes or goes meanwhile may be among
    /// them or not.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    IAsyncEnumerable<UserAccount> ListAccountsAsync(CancellationToken cancellationToken = default);

    /// <summary>Adds an account for somebody else.</summary>
    /// <param name="username">Its name, as it is to be shown.</param>
    /// <param name="password">Its password, which is hashed and not kept.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns>
    /// <see cref="LoginCode.Ok"/>; <see cref="LoginCode.Failure"/> when the name is taken; <see cref="LoginCode.Busy"/>.
    /// </returns>
    ValueTask<LoginResult> AddAccountAsync(string username, string password, CancellationToken cancellationToken = default);

    /// <summary>Removes an account and all that is kept of it.</summary>
    /// <param name="username">The account's name.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns>Whether there was one.</returns>
    ValueTask<bool> RemoveAccountAsync(string username, CancellationToken cancellationToken = default);

    /// <summary>Sets an account's password.</summary>
    /// <param name="username">The account's name.</param>
    /// <param name="password">The new password, which is hashed and not kept.</param>
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
    /// <param name="username">The account's name.</param>
    /// <param name="isAdmin">Whether its owner may send the console's commands from now on.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns>Whether there is such an account.</returns>
    ValueTask<bool> SetAdminAsync(string username, bool isAdmin, CancellationToken cancellationToken = default);

    /// <summary>
    /// Locks an account, or unlocks it. Logging in to a locked one fails like a wrong password, at the same cost, so that nobody learns
    /// of it by guessing.
    /// </summary>
    /// <param name="username">The account's name.</param>
    /// <param name="isLocked">Whether nobody can log in to it from now on.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns>Whether there is such an account.</returns>
    ValueTask<bool> SetLockedAsync(string username, bool isLocked, CancellationToken cancellationToken = default);

    /// <summary>Makes an invitation, with which one account can be registered.</summary>
    /// <param name="lifetime">How long it is good, more than zero. Default for ever.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns>The invitation, and its code, which is not kept: only its hash is.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lifetime"/> is not more than zero.</exception>
    ValueTask<(UserInvitation Invitation, string Code)> InviteAsync(
        TimeSpan? lifetime = null, CancellationToken cancellationToken = default);

    /// <summary>Withdraws an invitation.</summary>
    /// <param name="number">Its <see cref="UserInvitation.Number"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns>Whether there was one of that number which nobody had taken.</returns>
    ValueTask<bool> WithdrawInvitationAsync(long number, CancellationToken cancellationToken = default);

    /// <summary>The invitations, the oldest first. What is taken or expired is forgotten after 30 days.</summary>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    ValueTask<IReadOnlyList<UserInvitation>> ListInvitationsAsync(CancellationToken cancellationToken = default);

    /// <summary>Whether a code is that of an invitation that can be taken. Compared in constant time.</summary>
    /// <param name="code">What a client gave; any text.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns>Whether it is, now: it may be taken before <see cref="CreateInvitedUserAsync"/> comes to it.</returns>
    ValueTask<bool> IsInvitedAsync(string code, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes the invitation of <see cref="Credentials.Invitation"/> and adds the account, both or neither: of two who come with one
    /// code, one is registered.
    /// </summary>
    /// <param name="credentials">
    /// The name, the password, the code and the address as they came; the last two may be <see langword="null"/>.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns>
    /// <see cref="LoginCode.Ok"/>; <see cref="LoginCode.Failure"/> when the name is taken, or the code no longer good;
    /// <see cref="LoginCode.Busy"/>.
    /// </returns>
    ValueTask<LoginResult> CreateInvitedUserAsync(Credentials credentials, CancellationToken cancellationToken = default);
}
