using System.Net;

namespace ServerLib;

/// <summary>
/// The accounts, and the numbers kept for each. Names are compared by NFKC and case folding, so <c>Zoë</c> and <c>ZOË</c> are one
/// account; what is returned is the name as registered.
/// </summary>
/// <remarks>
/// An implementation answers <see cref="LoginCode.Busy"/> where it is out of order for a while, and throws
/// <see cref="ServerLibException"/> where the other methods can't do what they say. All methods may be called at once from
/// several threads. No argument is <see langword="null"/>, and no name or password is checked against the rules: what came from a client
/// may be any text. Cancelling throws <see cref="OperationCanceledException"/>.
/// </remarks>
public interface IUserDatabase
{
    /// <summary>Whether an account of that name exists.</summary>
    /// <param name="username">The account's name, compared as said above; one that no account can have is nobody's.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <exception cref="ServerLibException">The database is out of order.</exception>
    ValueTask<bool> HasUserAsync(string username, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds an account, once its password is hashed. When this completes, the account is on disk. Whether the name is taken is found out
    /// and the account added in one step: of two who register one name at once, one is told that it is taken.
    /// </summary>
    /// <param name="credentials">The name, the password and the address as they came; the address may be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns>
    /// <see cref="LoginCode.Ok"/>, with <see cref="LoginResult.Alias"/>; <see cref="LoginCode.Failure"/> when the name is taken, or none that
    /// an account can have; <see cref="LoginCode.Busy"/>.
    /// </returns>
    ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken = default);

    /// <summary>
    /// Compares the password with the account's and adds the address to the account's attempts, right or wrong. A right one
    /// brings an old hash up to the parameters in force. An unknown name fails, at the cost of a known one, and so does a locked account.
    /// What was compared and what is written have to be the same password: one that was changed meanwhile fails.
    /// </summary>
    /// <param name="credentials">The name, the password and the address as they came; the address may be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <returns>
    /// <see cref="LoginCode.Ok"/>, with the name as registered as <see cref="LoginResult.Alias"/>; <see cref="LoginCode.Failure"/> or
    /// <see cref="LoginCode.Busy"/>.
    /// </returns>
    ValueTask<LoginResult> AuthenticateUserAsync(Credentials credentials, CancellationToken cancellationToken = default);

    /// <summary>
    /// Logs a connection on: its address is added to the account's successes and becomes its active one, and the numbers of
    /// active connections and of logons go up by one. Where there is no such account, as when an <see cref="IAuthenticator"/> of one's
    /// own knows users whom the database doesn't, it does nothing.
    /// </summary>
    /// <param name="username">The user's name.</param>
    /// <param name="address">Where the connection comes from.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <exception cref="ServerLibException">The database is out of order.</exception>
    ValueTask LogConnectionAsync(string username, EndPoint address, CancellationToken cancellationToken = default);

    /// <summary>
    /// Logs a connection off: the number of active connections goes down by one, the number of logoffs up, and the active
    /// address is emptied. Where there is no such account, or none of its connections is active, it does nothing.
    /// </summary>
    /// <param name="username">The user's name.</param>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <exception cref="ServerLibException">The database is out of order.</exception>
    ValueTask LogDisconnectionAsync(string username, CancellationToken cancellationToken = default);

    /// <summary>Adds to the number of messages that were handed on for an account. Summed in memory and written later.</summary>
    /// <param name="username">The user's name; where there is no such account, nothing is done.</param>
    /// <param name="broadcasts">How many more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask UpdateStatsAsync(string username, long broadcasts, CancellationToken cancellationToken = default);

    /// <summary>Logs every connection off that is still counted as active, as after an unclean stop.</summary>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <exception cref="ServerLibException">The database is out of order.</exception>
    ValueTask PurgeAsync(CancellationToken cancellationToken = default);

    /// <summary>Writes all accounts as one indented JSON object, as the existing system has it, without password hashes.</summary>
    /// <param name="output">Where the JSON goes, as UTF-8; stays open.</param>
    /// <param name="cancellationToken">Gives up; a part may have been written.</param>
    /// <exception cref="ServerLibException">The database is out of order.</exception>
    ValueTask AuditAsync(Stream output, CancellationToken cancellationToken = default);

    /// <summary>Writes what is still in memory to disk.</summary>
    /// <param name="cancellationToken">Gives up waiting; what has begun may be done all the same.</param>
    /// <exception cref="ServerLibException">The database is out of order.</exception>
    ValueTask SaveAsync(CancellationToken cancellationToken = default);
}
