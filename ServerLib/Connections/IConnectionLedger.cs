using System.Security.Cryptography;

namespace ServerLib;

/// <summary>The connections that are logged in. Thread-safe.</summary>
public interface IConnectionLedger
{
    /// <summary>The number of connections on the ledger.</summary>
    int Count { get; }

    /// <summary>
    /// The connections. Enumerating takes no lock. A connection that is added or removed meanwhile may be missing or present. All others
    /// are present.
    /// </summary>
    IEnumerable<Connection> Connections { get; }

    /// <summary>
    /// The index of all connections, if the ledger has one. Messages to everyone then need no separate list. Default
    /// <see langword="null"/>.
    /// </summary>
    UserIndex? Database => null;

    /// <summary>
    /// Adds a connection once its login is complete. When this returns, the connection can be found, and messages can be sent to it.
    /// </summary>
    /// <param name="connection">A connection that has its <see cref="Connection.Alias"/>.</param>
    /// <exception cref="ServerLibException">The connection is on the ledger already.</exception>
    void Add(Connection connection);

    /// <summary>Sets or replaces a client's public key.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="key">A valid public key. The connection keeps it, so do not dispose it.</param>
    /// <exception cref="ServerLibException">The connection is not on the ledger.</exception>
    void UpdateKey(Connection connection, RSA key);

    /// <summary>Removes a connection. The connection itself stays open.</summary>
    /// <param name="connection">The connection, whether it is on the ledger or not.</param>
    /// <returns>Whether it was on the ledger. If two callers remove it at once, one of them gets <see langword="true"/>.</returns>
    bool Remove(Connection connection);

    /// <summary>The connections of one user; empty if the user is not connected.</summary>
    /// <param name="username">The user's name, compared as at a login. It may be any text.</param>
    /// <returns>A snapshot, which does not change when the ledger does.</returns>
    IReadOnlyCollection<Connection> Find(string username);

    /// <summary>Removes all connections. The connections themselves stay open.</summary>
    void Purge();
}
