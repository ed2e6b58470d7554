using System.Net.Sockets;
using System.Security.Cryptography;

namespace ServerLib;

/// <summary>The connections of this process that are logged in.</summary>
public sealed class ActiveConnectionLedger : IConnectionLedger, IAsyncDisposable, IDisposable
{
    private readonly Lock _gate = new();
    private ConnectionMultiplexor? _manager;

    /// <summary>Creates a ledger whose <see cref="Manager"/> watches a listening socket.</summary>
    /// <param name="listener">A listening socket; <see langword="null"/> if connections are accepted elsewhere.</param>
    public ActiveConnectionLedger(Socket? listener = null)
    {
        if (listener is not null)
            _manager = new ConnectionMultiplexor(listener);
    }

    /// <summary>The set of watched sockets, for an application with its own accept loop.</summary>
    public ConnectionMultiplexor Manager
    {
        get
        {
            lock (_gate)
                return _manager ??= WatchAll();
        }
    }

    /// <summary>The connections by number, socket and name.</summary>
    public UserIndex Database { get; } = new();

    /// <inheritdoc/>
    public int Count => Database.UserCount;

    /// <inheritdoc/>
    public IEnumerable<Connection> Connections => Database.All.Slots.OfType<Connection>();

    /// <inheritdoc/>
    public void Add(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        lock (_gate)
        {
            if (!Database.Add(connection))
                throw ServerLibException.Because($"Connection {connection.Id} is already on the ledger.");
            _manager?.Add(connection);
        }
    }

    /// <inheritdoc/>
    public void UpdateKey(Connection connection, RSA key)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(key);
        if (!Database.UserSet.ContainsKey(connection.Id))
            throw ServerLibException.Because($"Connection {connection.Id} is not on the ledger.");
        connection.UpdateKey(key);
    }

    /// <summary>Sets the public key of the client on a socket.</summary>
    /// <exception cref="ServerLibException">No connection on the ledger has that socket.</exception>
    public void UpdateKey(Socket connection, RSA key) =>
        UpdateKey(Database.Find(connection) ?? throw ServerLibException.Because("No connection on the ledger has this socket."), key);

    /// <inheritdoc/>
    public bool Remove(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        lock (_gate)
        {
            _manager?.Remove(connection);
            return Database.Remove(connection);
        }
    }

    /// <summary>Removes the connection on a socket from the ledger.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(Socket connection) => Database.Find(connection) is { } found && Remove(found);

    /// <inheritdoc/>
    public IReadOnlyCollection<Connection> Find(string username) => Database.Find(username);

    /// <summary>Closes the listening socket. The connections stay open.</summary>
    public void Dispose() => _manager?.Dispose();

    /// <summary>Closes the listening socket; the connections stay open.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Purge()
    {
        foreach (Connection connection in Connections)
            Remove(connection);
    }

    /// <summary>Creates the watched set when it is first used: a server of <c>AddServerLib</c> does without it.</summary>
    private ConnectionMultiplexor WatchAll()
    {
        var manager = new ConnectionMultiplexor(null);
        foreach (Connection connection in Connections)
            manager.Add(connection);
        return manager;
    }
}
