using System.Text;

namespace ServerLib;

/// <summary>
/// The default handler: a room in which everyone hears everyone else, and is told who comes and goes. Its texts are those of the
/// existing system.
/// </summary>
/// <param name="router">Reaches the room.</param>
/// <param name="database">Counts what each user says.</param>
public sealed class ChatRoom(IMessageRouter router, IUserDatabase database) : IMessageHandler
{
    private static readonly byte[] Joined = Encoding.UTF8.GetBytes("[ CONNECTED ]");
    private static readonly byte[] Left = Encoding.UTF8.GetBytes("[ DISCONNECTED ]");
    private static readonly byte[] ShuttingDown = Encoding.UTF8.GetBytes("[ ALERT ] Server shutting down...");

    /// <inheritdoc/>
    public async ValueTask OnConnectedAsync(Connection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        await router.SendToAllAsync(connection.Alias, Joined, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        await router.SendToAllAsync(connection.Alias, message.Body, except: connection, cancellationToken).ConfigureAwait(false);
        await database.UpdateStatsAsync(connection.Alias, broadcasts: 1, CancellationToken.None).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask OnServerStoppingAsync(Connection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.Send(ServerOptions.ServerName, ShuttingDown);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask OnDisconnectedAsync(Connection connection, DisconnectReason reason)
    {
        ArgumentNullException.ThrowIfNull(connection);

        // When everyone goes, nobody needs to be told of anybody.
        if (reason != DisconnectReason.ServerShutdown)
            await router.SendToAllAsync(connection.Alias, Left, except: connection).ConfigureAwait(false);
    }
}
