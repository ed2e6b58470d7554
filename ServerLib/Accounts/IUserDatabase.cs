using System.Net;

namespace ServerLib;

/// <summary>
/// The accounts, with statistics for each. An implementation needs only three methods: <see cref="HasUserAsync"/>,
/// <see cref="CreateNewUserAsync"/> and <see cref="AuthenticateUserAsync"/>. By default, the other methods do nothing.
/// </summary>
/// <remarks>
/// <para>
/// Names are compared after NFKC normalization and case folding: <c>Zoë</c> and <c>ZOË</c> are the same account. Results contain the name
/// as it was registered.
/// </para>
/// <para>
/// Methods can be called concurrently. No argument is <see langword="null"/>. Names and passwords come from clients unchecked, and can be
/// any text. A method that is canceled throws <see cref="OperationCanceledException"/>. If its token is canceled already, it throws at once
/// and changes nothing. If the database fails, methods that return a <see cref="LoginResult"/> return <see cref="LoginCode.Busy"/>; the
/// others throw <see cref="ServerLibException"/>.
/// </para>
/// </remarks>
public interface IUserDatabase
{
    /// <summary>Checks whether an account exists.</summary>
    /// <param name="username">The account's name.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Whether there is an account with this name. <see langword="false"/> for a name that no account can have.</returns>
    /// <exception cref="ServerLibException">The database failed.</exception>
    ValueTask<bool> HasUserAsync(string username, CancellationToken cancellationToken = default);

    /// <summary>
    /// Hashes the password and adds an account, in one step. If two clients register the same name at once, one of them gets
    /// <see cref="LoginCode.Failure"/>. When this completes, the account is on disk.
    /// </summary>
    /// <param name="credentials">The name, password and address. The address can be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <returns>
    /// <see cref="LoginCode.Ok"/> with <see cref="LoginResult.Alias"/>; <see cref="LoginCode.Failure"/> if the name is taken;
    /// <see cref="LoginCode.Failure"/> or <see cref="LoginCode.Refused"/> if the name is not allowed; or <see cref="LoginCode.Busy"/>.
    /// </returns>
    ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken = default);

    /// <summary>
    /// Verifies a password, and records the attempt with its address. If the password is right but its hash has outdated parameters, the
    /// password is hashed again. A login with an unknown name or to a locked account fails after the same time as one with a wrong
    /// password. If the password is changed during the call, the login fails.
    /// </summary>
    /// <param name="credentials">The name, password and address. The address can be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <returns>
    /// <see cref="LoginCode.Ok"/> with the registered name as <see cref="LoginResult.Alias"/>; <see cref="LoginCode.Failure"/>; or
    /// <see cref="LoginCode.Busy"/>.
    /// </returns>
    ValueTask<LoginResult> AuthenticateUserAsync(Credentials credentials, CancellationToken cancellationToken = default);

    /// <summary>
    /// Records a logon: adds the address to the account's successful logins, makes it the active address, and adds one to the account's
    /// active connections and logons. Does nothing if there is no such account, for example with an <see cref="IAuthenticator"/> that
    /// accepts users who are not in the database.
    /// </summary>
    /// <param name="username">The user's name.</param>
    /// <param name="address">The connection's remote address.</param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <exception cref="ServerLibException">The database failed.</exception>
    ValueTask LogConnectionAsync(string username, EndPoint address, CancellationToken cancellationToken = default) => default;

    /// <summary>
    /// Records a logoff: subtracts one from the account's active connections, adds one to its logoffs, and clears the active address. Does
    /// nothing if there is no such account, or if it has no active connection.
    /// </summary>
    /// <param name="username">The user's name.</param>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <exception cref="ServerLibException">The database failed.</exception>
    ValueTask LogDisconnectionAsync(string username, CancellationToken cancellationToken = default) => default;

    /// <summary>
    /// Adds to the number of messages that were broadcast for an account. The numbers can be summed in memory and saved later.
    /// </summary>
    /// <param name="username">The user's name. If there is no such account, nothing is done.</param>
    /// <param name="broadcasts">The number of messages to add.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask UpdateStatsAsync(string username, long broadcasts, CancellationToken cancellationToken = default) => default;

    /// <summary>Records a logoff for every connection that still counts as active, for example after a crash.</summary>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <exception cref="ServerLibException">The database failed.</exception>
    ValueTask PurgeAsync(CancellationToken cancellationToken = default) => default;

    /// <summary>
    /// Writes all accounts as one indented JSON object in the format of the existing system, without password hashes. By default,
    /// writes the object without any accounts.
    /// </summary>
    /// <param name="output">The output, in UTF-8. It stays open.</param>
    /// <param name="cancellationToken">Cancels the call. A part may have been written.</param>
    /// <exception cref="ServerLibException">The database failed.</exception>
    ValueTask AuditAsync(Stream output, CancellationToken cancellationToken = default) =>
        output.WriteAsync("{\n    \"users\": {}\n}"u8.ToArray(), cancellationToken);

    /// <summary>Saves what is still in memory.</summary>
    /// <param name="cancellationToken">Cancels the wait. A change that has begun may still be made.</param>
    /// <exception cref="ServerLibException">The database failed.</exception>
    ValueTask SaveAsync(CancellationToken cancellationToken = default) => default;

    /// <summary>
    /// Completes when the database answers, so that <see cref="IServerControl.PingAsync"/> detects one that hangs. A failure is an answer. By
    /// default, asks for an account.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ServerLibException">The database failed.</exception>
    async ValueTask PingAsync(CancellationToken cancellationToken = default) =>
        await HasUserAsync(ServerOptions.ServerName, cancellationToken).ConfigureAwait(false);
}
