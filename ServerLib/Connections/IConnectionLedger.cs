using System.Security.Cryptography;

namespace ServerLib;

/// <summary>Who is logged in. All members may be used at once from several threads.</summary>
public interface IConnectionLedger
{
    /// <summary>How many connections are on the ledger.</summary>
    int Count { get; }

    /// <summary>
    /// The connections. Enumerating holds nobody up: one that comes or goes meanwhile may be among them or not, and no other is missed.
    /// </summary>
    IEnumerable<Connection> Connections { get; }

    /// <summary>Puts a connection on the ledger, once its login is complete. It can be found and sent to when this returns.</summary>
    /// <param name="connection">A connection that has its <see cref="Connection.Alias"/>.</param>
    /// <exception cref="ServerLibException">The connection is on the ledger already.</exception>
    void Add(Connection connection);

    /// <summary>Notes a client's public key, in the place of one that it gave before.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="key">Its public key, checked already, which the connection keeps.</param>
    /// <exception cref="ServerLibException">The connection is not on the ledger.</exception>
    void UpdateKey(Connection connection, RSA key);

    /// <summary>Takes a connection off the ledger. The connection itself stays open.</summary>
    /// <param name="connection">The connection, which need not be on it.</param>
    /// <returns>Whether it was on it; of two who take it off at once, one is told so.</returns>
    bool Remove(Connection connection);

    /// <summary>The connections of one user, by the rules by which names are compared; empty when he is not connected.</summary>
    /// <param name="username">The user's name; any text.</param>
    /// <returns>What was there at one moment: it does not change with the ledger.</returns>
    IReadOnlyCollection<Connection> Find(string username);

    /// <summary>Takes every connection off the ledger. The connections themselves stay open.</summary>
    void Purge();
}
