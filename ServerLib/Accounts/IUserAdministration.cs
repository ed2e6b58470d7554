namespace ServerLib;

/// <summary>
/// Administration of accounts, an optional capability of a user database. A server without it has no admins and no invitations, and users
/// can't change their passwords.
/// </summary>
/// <remarks>
/// <para>
/// Names are compared as in <see cref="IUserDatabase"/>. Methods do not check whether a name or password follows the rules, and do not
/// disconnect users; the caller does both. When a method completes, its changes are on disk. Each change is atomic, and concurrent
/// changes do not overwrite each other.
/// </para>
/// <para>
/// Methods can be called concurrently. A method that is canceled throws <see cref="OperationCanceledException"/>. If its token is
/// canceled already, it throws at once and changes nothing. If the database fails, methods throw <see cref="ServerLibException"/> unless
/// they return <see cref="LoginCode.Busy"/>.
/// </para>
/// </remarks>
public interface IUserAdministration
{
    /// <summary>Finds an account.</summary>
    /// <param name="username">The account's name.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The account; <see langword="null"/> if there is no account with this name.</returns>
    ValueTask<UserAccount?> FindAccountAsync(string username, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists all accounts in the order in which they were added. Accounts that are added or removed while the list is read may be missing
    /// or included.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    IAsyncEnumerable<UserAccount> ListAccountsAsync(CancellationToken cancellationToken = default);

    /// <summary>Adds an account on behalf of a user.</summary>
    /// <param name="username">The name, as it will be shown.</param>
    /// <param name="password">The password. Only its hash is stored.</param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <returns>
    /// <see cref="LoginCode.Ok"/>; <see cref="LoginCode.Failure"/> if the name is taken; or <see cref="LoginCode.Busy"/>.
    /// </returns>
    ValueTask<LoginResult> AddAccountAsync(string username, string password, CancellationToken cancellationToken = default);

    /// <summary>Removes an account with all its data.</summary>
    /// <param name="username">The account's name.</param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <returns>Whether there was an account with this name.</returns>
    ValueTask<bool> RemoveAccountAsync(string username, CancellationToken cancellationToken = default);

    /// <summary>Sets an account's password.</summary>
    /// <param name="username">The account's name.</param>
    /// <param name="password">The new password. Only its hash is stored.</param>
    /// <param name="asOf">
    /// The account as it was when its old password was verified. If the password has been set since then, nothing is changed. Default none:
    /// the password is set in any case.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <returns>
    /// <see cref="LoginCode.Ok"/>; <see cref="LoginCode.Failure"/> if nothing was changed or there is no such account; or
    /// <see cref="LoginCode.Busy"/>.
    /// </returns>
    ValueTask<LoginResult> SetPasswordAsync(
        string username, string password, UserAccount? asOf = null, CancellationToken cancellationToken = default);

    /// <summary>Grants or revokes an account's admin role.</summary>
    /// <param name="username">The account's name.</param>
    /// <param name="isAdmin">Whether the user can send admin commands from now on.</param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <returns>Whether there is an account with this name.</returns>
    ValueTask<bool> SetAdminAsync(string username, bool isAdmin, CancellationToken cancellationToken = default);

    /// <summary>
    /// Locks or unlocks an account. A login to a locked account fails like a login with a wrong password and takes the same time, so that
    /// a client can't find out which accounts are locked.
    /// </summary>
    /// <param name="username">The account's name.</param>
    /// <param name="isLocked">Whether logins to the account fail from now on.</param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <returns>Whether there is an account with this name.</returns>
    ValueTask<bool> SetLockedAsync(string username, bool isLocked, CancellationToken cancellationToken = default);

    /// <summary>Creates an invitation. One account can be registered with it.</summary>
    /// <param name="lifetime">The time until it expires; more than zero. Default: it does not expire.</param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <returns>The invitation and its code. Only a hash of the code is stored.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lifetime"/> is zero or negative.</exception>
    ValueTask<(UserInvitation Invitation, string Code)> InviteAsync(
        TimeSpan? lifetime = null, CancellationToken cancellationToken = default);

    /// <summary>Withdraws an invitation.</summary>
    /// <param name="number">The invitation's <see cref="UserInvitation.Number"/>.</param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <returns>Whether there was an unused invitation with this number.</returns>
    ValueTask<bool> WithdrawInvitationAsync(long number, CancellationToken cancellationToken = default);

    /// <summary>Lists the invitations, the oldest first. Used and expired invitations are deleted after 30 days.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    ValueTask<IReadOnlyList<UserInvitation>> ListInvitationsAsync(CancellationToken cancellationToken = default);

    /// <summary>Checks whether a code belongs to an invitation that can be used. Compares in constant time.</summary>
    /// <param name="code">The code from a client; any text.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>
    /// Whether the invitation can be used now. Another client may use it before <see cref="CreateInvitedUserAsync"/> is called.
    /// </returns>
    ValueTask<bool> IsInvitedAsync(string code, CancellationToken cancellationToken = default);

    /// <summary>
    /// Uses the invitation in <see cref="Credentials.Invitation"/> and adds the account, in one step. If two clients send the same code at
    /// once, only one of them is registered.
    /// </summary>
    /// <param name="credentials">
    /// The name, password, code and address. The code and the address can be <see langword="null"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <returns>
    /// <see cref="LoginCode.Ok"/>; <see cref="LoginCode.Failure"/> if the name is taken or the code can't be used; or
    /// <see cref="LoginCode.Busy"/>.
    /// </returns>
    ValueTask<LoginResult> CreateInvitedUserAsync(Credentials credentials, CancellationToken cancellationToken = default);
}
