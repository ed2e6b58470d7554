using System.Security.Cryptography;

namespace ServerLib.Tests.Contracts;

/// <summary>A ledger that returns each connection twice, so that the router sends everything twice.</summary>
internal sealed class RepeatingLedger : IConnectionLedger, IDisposable
{
    private readonly ActiveConnectionLedger _right = new();

    public int Count => _right.Count;

    public IEnumerable<Connection> Connections => _right.Connections.Concat(_right.Connections);

    public void Add(Connection connection) => _right.Add(connection);

    public void UpdateKey(Connection connection, RSA key) => _right.UpdateKey(connection, key);

    public bool Remove(Connection connection) => _right.Remove(connection);

    public IReadOnlyCollection<Connection> Find(string username) => _right.Find(username);

    public void Purge() => _right.Purge();

    public void Dispose() => _right.Dispose();
}
