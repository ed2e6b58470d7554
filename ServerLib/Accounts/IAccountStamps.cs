namespace ServerLib;

/// <summary>
/// Security stamps of accounts: an optional capability of a user database. Without it, the server issues no tickets.
/// </summary>
/// <remarks>
/// <para>
/// An account always has a stamp. It changes when the password, the keys, the lock or the role of the account changes, and when
/// <see cref="ChangeStampAsync"/> is called. It never has an earlier value again, and neither has a later account with the same name. A
/// random value meets this. A ticket contains the account's stamp, and is not valid any more once the account has another one.
/// </para>
/// <para>
/// Names are compared as in <see cref="IUserDatabase"/>. Methods can be called concurrently. A method that is canceled throws
/// <see cref="OperationCanceledException"/>. If its token is canceled already, it throws at once and changes nothing. If the database fails,
/// methods throw <see cref="ServerLibException"/> unless stated otherwise.
/// </para>
/// </remarks>
public interface IAccountStamps
{
    /// <summary>Gets an account's stamp. The server calls it before each login, and whenever it issues a ticket.</summary>
    /// <param name="username">The account's name; any text.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The stamp; <see langword="null"/> if there is no account with this name, or the account is locked.</returns>
    ValueTask<Guid?> GetStampAsync(string username, CancellationToken cancellationToken = default);

    /// <summary>Compares an account's stamp with that in a ticket, and records the attempt with its address.</summary>
    /// <param name="credentials">The name and address. The address can be <see langword="null"/>.</param>
    /// <param name="stamp">The stamp in the ticket.</param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <returns>
    /// <see cref="LoginCode.Ok"/> with the registered name as <see cref="LoginResult.Alias"/>; <see cref="LoginCode.Failure"/> if there is no
    /// such account, it is locked, or it has another stamp; or <see cref="LoginCode.Busy"/>, also if the database fails.
    /// </returns>
    ValueTask<LoginResult> AuthenticateStampAsync(Credentials credentials, Guid stamp, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives an account another stamp. This revokes all of its tickets. It does not end connections; the caller does, with
    /// <see cref="IServerControl.EndSessions"/> after this. The clients of connections that stay get new tickets.
    /// </summary>
    /// <param name="username">The account's name.</param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <returns>Whether there is an account with this name.</returns>
    ValueTask<bool> ChangeStampAsync(string username, CancellationToken cancellationToken = default);
}
