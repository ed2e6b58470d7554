namespace ServerLib;

/// <summary>
/// What an application does with its connections. Resolved from a scope of its own for each connection; every method has a
/// default that does nothing, so implement what is needed.
/// </summary>
/// <remarks>
/// The methods of one connection are called one after the other. One that waits holds up its own connection's next message and
/// nobody else's. An exception is logged, and the connection stays.
/// </remarks>
public interface IMessageHandler
{
    /// <summary>A client has logged in and can be sent to.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    ValueTask OnConnectedAsync(Connection connection, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A client has sent a message.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="message">The message; its body is valid until the returned task completes.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>The server shuts down; this is the last that can be sent to the client.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="cancellationToken">Cancelled when the time for the shutdown is up.</param>
    ValueTask OnServerStoppingAsync(Connection connection, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A client for which <see cref="OnConnectedAsync"/> was called has gone; it is off the ledger already.</summary>
    /// <param name="connection">The client's connection, to which nothing can be sent any more.</param>
    /// <param name="reason">Why it ended.</param>
    ValueTask OnDisconnectedAsync(Connection connection, DisconnectReason reason) => ValueTask.CompletedTask;
}
