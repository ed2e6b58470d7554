using System.Security.Cryptography;

namespace ServerLib;

/// <summary>Who is connected. All members may be used at once from several threads.</summary>
public interface IConnectionLedger
{
    /// <summary>How many connections are on the ledger.</summary>
    int Count { get; }

    /// <summary>The connections, as far as they can be sent to. Enumerating holds nobody up.</summary>
    IEnumerable<Connection> Reachable { get; }

    /// <summary>Puts a connection that has logged in on the ledger. It can't be sent to before its key is known.</summary>
    /// <exception cref="ServerLibException">The connection is on the ledger already.</exception>
    void Add(Connection connection);

    /// <summary>Notes the client's public key; from now on the connection is among <see cref="Reachable"/>.</summary>
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
