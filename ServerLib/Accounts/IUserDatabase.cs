using System.Net;

namespace ServerLib;

/// <summary>
/// The accounts, and the numbers kept for each. Names are compared by NFKC and case folding, so <c>Zoë</c> and <c>ZOË</c> are one
/// account; what is returned is the name as registered.
/// </summary>
/// <remarks>
/// An implementation answers <see cref="LoginCode.Busy"/> where it is out of order for a while, and throws
/// <see cref="ServerLibException"/> where the other methods can't do what they say. All methods may be called at once from
/// several threads.
/// </remarks>
public interface IUserDatabase
{
    /// <summary>Whether an account of that name exists.</summary>
    ValueTask<bool> HasUserAsync(string username, CancellationToken cancellationToken = default);

    /// <summary>Adds an account, once its password is hashed. When this completes, the account is on disk.</summary>
    /// <returns>
    /// <see cref="LoginCode.Ok"/>; <see cref="LoginCode.Failure"/> when the name is taken; <see cref="LoginCode.Busy"/>.
    /// </returns>
    ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken = default);

    /// <summary>
    /// Compares the password with the account's and adds the address to the account's attempts, right or wrong. A right one
    /// brings an old hash up to the parameters in force. An unknown name fails, at the cost of a known one.
    /// </summary>
    /// <returns><see cref="LoginCode.Ok"/>, <see cref="LoginCode.Failure"/> or <see cref="LoginCode.Busy"/>.</returns>
    ValueTask<LoginResult> AuthenticateUserAsync(Credentials credentials, CancellationToken cancellationToken = default);

    /// <summary>
    /// Logs a connection on: its address is added to the account's successes and becomes its active one, and the numbers of
    /// active connections and of logons go up by one. Where there is no such account, as when an <see cref="IAuthenticator"/> of one's
    /// own knows users whom the database doesn't, it does nothing.
    /// </summary>
    ValueTask LogConnectionAsync(string username, EndPoint address, CancellationToken cancellationToken = default);

    /// <summary>
    /// Logs a connection off: the number of active connections goes down by one, the number of logoffs up, and the active
    /// address is emptied.
    /// </summary>
    ValueTask LogDisconnectionAsync(string username, CancellationToken cancellationToken = default);

    /// <summary>Adds to the number of messages that were handed on for an account. Summed in memory and written later.</summary>
    ValueTask UpdateStatsAsync(string username, long broadcasts, CancellationToken cancellationToken = default);

    /// <summary>Logs every connection off that is still counted as active, as after an unclean stop.</summary>
    ValueTask PurgeAsync(CancellationToken cancellationToken = default);

    /// <summary>Writes all accounts as one indented JSON object, as the existing system has it, without password hashes.</summary>
    /// <param name="output">Where the JSON goes, as UTF-8; stays open.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask AuditAsync(Stream output, CancellationToken cancellationToken = default);

    /// <summary>Writes what is still in memory to disk.</summary>
    ValueTask SaveAsync(CancellationToken cancellationToken = default);
}
