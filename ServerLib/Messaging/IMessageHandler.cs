namespace ServerLib;

/// <summary>
/// Handles what clients send. Each connection has its own instance, from its own scope. Every method has a default implementation, so
/// implement only those that you need.
/// </summary>
/// <remarks>
/// The methods are called one at a time for each connection. While a method waits, only the next message of its own connection waits. Every
/// method may be slow, and may send requests. If a method throws, the server logs and counts the exception, and tells the client that its
/// message failed. The connection stays open.
/// </remarks>
public interface IMessageHandler
{
    /// <summary>
    /// A client has logged in and can be sent messages. If this throws, the connection ends with
    /// <see cref="DisconnectReason.ServerError"/>. Does nothing by default.
    /// </summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="cancellationToken">Canceled when the connection ends.</param>
    ValueTask OnConnectedAsync(Connection connection, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A client has sent a message that is addressed to no user and no group. Does nothing by default.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="message">The message; its body is valid until the returned task completes.</param>
    /// <param name="cancellationToken">Canceled when the connection ends.</param>
    ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A client has sent a message to a user. By default, tells the client that this is not handled.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="recipient">The recipient's name, as the client wrote it.</param>
    /// <param name="message">The message; its body is valid until the returned task completes.</param>
    /// <param name="cancellationToken">Canceled when the connection ends.</param>
    ValueTask OnDirectMessageAsync(Connection connection, string recipient, Message message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.SendError("not-handled", "Direct messages are not handled here.", recipient);
        return ValueTask.CompletedTask;
    }

    /// <summary>A client has sent a message to a group. By default, tells the client that this is not handled.</summary>
    /// <param name="connection">The client's connection. It may not be in the group.</param>
    /// <param name="group">The group's name, as the client wrote it.</param>
    /// <param name="message">The message; its body is valid until the returned task completes.</param>
    /// <param name="cancellationToken">Canceled when the connection ends.</param>
    ValueTask OnGroupMessageAsync(Connection connection, string group, Message message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.SendError("not-handled", "Group messages are not handled here.", group);
        return ValueTask.CompletedTask;
    }

    /// <summary>A client has sent a request. By default, answers with the status <see cref="Response.NotHandled"/>.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="request">The request; its body is valid until the returned task completes.</param>
    /// <param name="cancellationToken">Canceled when the connection ends.</param>
    /// <returns>The answer.</returns>
    ValueTask<Response> OnRequestAsync(Connection connection, Message request, CancellationToken cancellationToken) =>
        new(new Response(Response.NotHandled, default));

    /// <summary>A client wants to join a group. Allowed by default.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="group">The group's name.</param>
    /// <param name="cancellationToken">Canceled when the connection ends.</param>
    /// <returns>Whether the client may join.</returns>
    ValueTask<bool> OnJoinAsync(Connection connection, string group, CancellationToken cancellationToken) => new(true);

    /// <summary>A client has joined a group. Does nothing by default.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="group">The group's name.</param>
    /// <param name="cancellationToken">Canceled when the connection ends.</param>
    ValueTask OnJoinedAsync(Connection connection, string group, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A client has left a group, or its connection has ended. Does nothing by default.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="group">The group's name.</param>
    ValueTask OnLeftAsync(Connection connection, string group) => ValueTask.CompletedTask;

    /// <summary>The server is shutting down. This is the last chance to send to the client. Does nothing by default.</summary>
    /// <param name="connection">The client's connection.</param>
    /// <param name="cancellationToken">Canceled when <see cref="ServerOptions.ShutdownTimeout"/> has passed.</param>
    ValueTask OnServerStoppingAsync(Connection connection, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>
    /// The connection has ended. It has already been removed from the ledger and from its groups. This is called for each connection for
    /// which <see cref="OnConnectedAsync"/> was called. Does nothing by default.
    /// </summary>
    /// <param name="connection">The client's connection. Nothing can be sent to it any more.</param>
    /// <param name="reason">Why the connection has ended.</param>
    ValueTask OnDisconnectedAsync(Connection connection, DisconnectReason reason) => ValueTask.CompletedTask;
}
