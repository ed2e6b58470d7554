using System.Net;

namespace ServerLib.Testing.Contracts;

/// <summary>A ledger, and connections that can be added to it.</summary>
internal sealed class LedgerScene(IConnectionLedger ledger) : IAsyncDisposable
{
    private readonly List<Connection> _connections = [];

    public IConnectionLedger Ledger => ledger;

    /// <summary>Creates connections that are not on the ledger.</summary>
    public Connection[] Connect(params string[] names) => [.. names.Select(Connect)];

    /// <summary>Creates connections, and adds them to the ledger.</summary>
    public Connection[] Add(params string[] names)
    {
        Connection[] added = Connect(names);
        foreach (Connection connection in added)
            ledger.Add(connection);
        return added;
    }

    /// <summary>The ledger has these connections, and no others.</summary>
    public void ExpectOnly(params Connection[] expected)
    {
        Expect.Equal(expected.Length, ledger.Count, "Count");
        Expect.Sequence(Ids(expected), Ids(ledger.Connections), "The ids of Connections");
        if (ledger.Database is { } index)
            Expect.Equal(expected.Length, index.UserCount, "Database.UserCount");
        foreach (Connection connection in expected)
        {
            Expect.That(
                ledger.Find(connection.Alias).Contains(connection),
                $"Find({Expect.Show(connection.Alias)}) must contain a connection that was added.");
            Expect.Equal(DisconnectReason.None, connection.Reason, "Reason of a connection on the ledger");
        }

        static IEnumerable<long> Ids(IEnumerable<Connection> connections) => connections.Select(connection => connection.Id).Order();
    }

    public async ValueTask DisposeAsync()
    {
        // Not asynchronously, which would wait for clients that do not exist.
        foreach (Connection connection in _connections)
            connection.Dispose();
        if (ledger is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        else
            (ledger as IDisposable)?.Dispose();
    }

    private Connection Connect(string name)
    {
        var connection = new Connection(new PipePair().Server, new ConnectionFacts(new IPEndPoint(IPAddress.Loopback, 1)));
        connection.UpdateAlias(name);
        _connections.Add(connection);
        return connection;
    }
}
