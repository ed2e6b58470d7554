using System.Security.Cryptography;

namespace ServerLib;

/// <summary>The connections that are logged in. Thread-safe.</summary>
public interface IConnectionLedger
{
    /// <summary>The number of connections on the ledger.</summary>
    int Count { get; }

    /// <summary>
    /// The connections. Enumerating takes no lock: a connection that is added or removed meanwhile may be missing or present; all others are
    /// present.
    /// </summary>
    IEnumerable<Connection> Connections { get; }

    /// <summary>
    /// The set of all connections, if the ledger keeps one: then messages to all need no list of their own. Default <see langword="null"/>.
    /// </summary>
    UserIndex? Database => null;

    /// <summary>Adds a connection once its login is complete. It can be found and sent to when this returns.</summary>
    /// <param name="connection">A connection that has its <see cref="Connection.Alias"/>.</param>
    /// <exception cref="ServerLibException">The connection is on the ledger already.</exception>
    void Add(Connection connection);

    /// <summary>Sets or replaces a client's public key.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="key">The public key, which is valid. The connection keeps it.</param>
    /// <exception cref="ServerLibException">The connection is not on the ledger.</exception>
    void UpdateKey(Connection connection, RSA key);

    /// <summary>Removes a connection. The connection itself stays open.</summary>
    /// <param name="connection">The connection. It may not be on the ledger.</param>
    /// <returns>Whether it was on the ledger. If two callers remove it at once, one of them gets <see langword="true"/>.</returns>
    bool Remove(Connection connection);

    /// <summary>The connections of one user; empty if the user is not connected.</summary>
    /// <param name="username">The user's name, compared as at a login. It may be any text.</param>
    /// <returns>A snapshot, which does not change with the ledger.</returns>
    IReadOnlyCollection<Connection> Find(string username);

    /// <summary>Removes all connections. The connections themselves stay open.</summary>
    void Purge();
}
