namespace ServerLib.Hosting;

/// <summary>A message handler made of functions.</summary>
internal sealed class DelegateHandler : IMessageHandler
{
    public Func<Connection, CancellationToken, ValueTask>? Connected { get; set; }

    public Func<Connection, Message, CancellationToken, ValueTask>? Message { get; set; }

    public Func<Connection, DisconnectReason, ValueTask>? Disconnected { get; set; }

    public ValueTask OnConnectedAsync(Connection connection, CancellationToken cancellationToken) =>
        Connected?.Invoke(connection, cancellationToken) ?? ValueTask.CompletedTask;

    public ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken) =>
        Message?.Invoke(connection, message, cancellationToken) ?? ValueTask.CompletedTask;

    public ValueTask OnDisconnectedAsync(Connection connection, DisconnectReason reason) =>
        Disconnected?.Invoke(connection, reason) ?? ValueTask.CompletedTask;
}
