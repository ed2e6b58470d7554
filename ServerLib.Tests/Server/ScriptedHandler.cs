namespace ServerLib.Tests.Server;

/// <summary>A handler that runs the same code in each of its methods.</summary>
/// <param name="run">The code. It gets the name of the method.</param>
internal sealed class ScriptedHandler(Func<string, Connection, ValueTask> run) : IMessageHandler
{
    public ValueTask OnConnectedAsync(Connection connection, CancellationToken cancellationToken) => run(nameof(OnConnectedAsync), connection);

    public ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken) =>
        run(nameof(OnMessageAsync), connection);

    public ValueTask OnDirectMessageAsync(Connection connection, string recipient, Message message, CancellationToken cancellationToken) =>
        run(nameof(OnDirectMessageAsync), connection);

    public ValueTask OnGroupMessageAsync(Connection connection, string group, Message message, CancellationToken cancellationToken) =>
        run(nameof(OnGroupMessageAsync), connection);

    public async ValueTask<Response> OnRequestAsync(Connection connection, Message request, CancellationToken cancellationToken)
    {
        await run(nameof(OnRequestAsync), connection);
        return new Response("done");
    }

    public async ValueTask<bool> OnJoinAsync(Connection connection, string group, CancellationToken cancellationToken)
    {
        await run(nameof(OnJoinAsync), connection);
        return true;
    }

    public ValueTask OnJoinedAsync(Connection connection, string group, CancellationToken cancellationToken) =>
        run(nameof(OnJoinedAsync), connection);

    public ValueTask OnLeftAsync(Connection connection, string group) => run(nameof(OnLeftAsync), connection);

    public ValueTask OnServerStoppingAsync(Connection connection, CancellationToken cancellationToken) =>
        run(nameof(OnServerStoppingAsync), connection);

    public ValueTask OnDisconnectedAsync(Connection connection, DisconnectReason reason) => run(nameof(OnDisconnectedAsync), connection);
}
