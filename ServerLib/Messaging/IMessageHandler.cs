namespace ServerLib;

/// <summary>
/// What an application does with its connections. Resolved from a scope of its own for each connection; every method has a
/// default, so implement what is needed.
/// </summary>
/// <remarks>
/// The methods of one connection are called one after the other. One that waits holds up its own connection's next message and
/// nobody else's. An exception is logged and counted, the client is told that its message failed, and the connection stays.
/// </remarks>
public interface IMessageHandler
{
    /// <summary>A client has logged in and can be sent to. By default nothing is done.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    ValueTask OnConnectedAsync(Connection connection, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A client has sent a message to nobody in particular. By default nothing is done.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="message">The message; its body is valid until the returned task completes.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A client has sent a message to a user. By default the client is told that this is not handled.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="recipient">The name of whom it is for, as the client wrote it.</param>
    /// <param name="message">The message; its body is valid until the returned task completes.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    ValueTask OnDirectMessageAsync(Connection connection, string recipient, Message message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.SendError("not-handled", "Direct messages are not handled here.", recipient);
        return ValueTask.CompletedTask;
    }

    /// <summary>A client has sent a message to a group. By default the client is told that this is not handled.</summary>
    /// <param name="connection">The client's connection, which need not be in the group.</param>
    /// <param name="group">The group's name, as the client wrote it.</param>
    /// <param name="message">The message; its body is valid until the returned task completes.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    ValueTask OnGroupMessageAsync(Connection connection, string group, Message message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.SendError("not-handled", "Group messages are not handled here.", group);
        return ValueTask.CompletedTask;
    }

    /// <summary>A client asks something. By default the answer has the status <see cref="Response.NotHandled"/>.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="request">The question; its body is valid until the returned task completes.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    /// <returns>The answer, which is sent to the client.</returns>
    ValueTask<Response> OnRequestAsync(Connection connection, Message request, CancellationToken cancellationToken) =>
        new(new Response(Response.NotHandled, default));

    /// <summary>A client wants to join a group. By default it may.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="group">The group's name.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    /// <returns>Whether it may.</returns>
    ValueTask<bool> OnJoinAsync(Connection connection, string group, CancellationToken cancellationToken) => new(true);

    /// <summary>A client has joined a group. By default nothing is done.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="group">The group's name.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends.</param>
    ValueTask OnJoinedAsync(Connection connection, string group, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A client has left a group, by its own will or because its connection ended. By default nothing is done.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="group">The group's name.</param>
    ValueTask OnLeftAsync(Connection connection, string group) => ValueTask.CompletedTask;

    /// <summary>The server shuts down; this is the last that can be sent to the client. By default nothing is done.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="cancellationToken">Cancelled when the time for the shutdown is up.</param>
    ValueTask OnServerStoppingAsync(Connection connection, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>
    /// A client for which <see cref="OnConnectedAsync"/> was called has gone; it is off the ledger and out of its groups already. By
    /// default nothing is done.
    /// </summary>
    /// <param name="connection">The client's connection, to which nothing can be sent any more.</param>
    /// <param name="reason">Why it ended.</param>
    ValueTask OnDisconnectedAsync(Connection connection, DisconnectReason reason) => ValueTask.CompletedTask;
}
