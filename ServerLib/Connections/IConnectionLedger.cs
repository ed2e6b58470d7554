using System.Security.Cryptography;

namespace ServerLib;

/// <summary>Who is logged in. All members may be used at once from several threads.</summary>
public interface IConnectionLedger
{
    /// <summary>How many connections are on the ledger.</summary>
    int Count { get; }

    /// <summary>The connections. Enumerating holds nobody up.</summary>
    IEnumerable<Connection> Connections { get; }

    /// <summary>Puts a connection on the ledger, once its login is complete.</summary>
    /// <exception cref="ServerLibException">The connection is on the ledger already.</exception>
    void Add(Connection connection);

    /// <summary>Notes a client's public key.</summary>
    /// <exception cref="ServerLibException">The connection is not on the ledger.</exception>
    void UpdateKey(Connection connection, RSA key);

    /// <summary>Takes a connection off the ledger.</summary>
    /// <returns>Whether it was on it.</returns>
    bool Remove(Connection connection);

    /// <summary>The connections of one user, by the rules by which names are compared; empty when he is not connected.</summary>
    IReadOnlyCollection<Connection> Find(string username);

    /// <summary>Takes every connection off the ledger. The connections themselves stay open.</summary>
    void Purge();
}
