using Microsoft.Extensions.Options;

namespace ServerLib;

/// <summary>
/// The default handler, a chat room. Everyone gets everyone else's messages. Users can also send messages to one user and to groups. The
/// room announces who joins and leaves, unless more than <see cref="ServerLimits.MaxAnnounced"/> users are connected.
/// </summary>
/// <param name="router">Sends the messages.</param>
/// <param name="ledger">Knows how many users are connected.</param>
/// <param name="database">Counts the messages of each user.</param>
/// <param name="options">The server's options.</param>
public sealed class ChatRoom(
    IMessageRouter router, IConnectionLedger ledger, IUserDatabase database, IOptions<ServerOptions> options) : IMessageHandler
{
    private static readonly Message ShuttingDown = new("[ ALERT ] Server shutting down...");

    /// <inheritdoc/>
    public async ValueTask OnConnectedAsync(Connection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (IsAnnounced)
            await router.AnnounceAsync(connection.Alias, Presence.Joined, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        SendReport report = await router.SendToAllAsync(connection.Alias, message, except: connection, cancellationToken).ConfigureAwait(false);
        if (report.Unreadable > 0)
            connection.SendError("not-text", $"{report.Unreadable} classic clients can't be given this: it is not UTF-8 text, or too long.");
        if (report.TooLarge > 0)
            connection.SendError("too-large", $"{report.TooLarge} clients can't be given this: they accept only smaller messages.");
        await CountAsync(connection).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask OnDirectMessageAsync(
        Connection connection, string recipient, Message message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        SendReport report = await router.SendToUserAsync(recipient, connection.Alias, message, cancellationToken).ConfigureAwait(false);
        if (report.Unreadable > 0)
            connection.SendError("not-text", "A classic client can't be given this: it is not UTF-8 text, or too long.", recipient);
        else if (report.TooLarge > 0)
            connection.SendError("too-large", "A client can't be given this: it accepts only smaller messages.", recipient);
        else if (report.Delivered == 0)
            connection.SendError("not-online", "No user of that name is on-line.", recipient);
        else
            await CountAsync(connection).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask OnGroupMessageAsync(Connection connection, string group, Message message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (await router.IsMemberAsync(connection, group, cancellationToken).ConfigureAwait(false))
        {
            SendReport report = await router.SendToGroupAsync(group, connection.Alias, message, except: connection, cancellationToken)
                .ConfigureAwait(false);
            if (report.TooLarge > 0)
                connection.SendError("too-large", $"{report.TooLarge} clients can't be given this: they accept only smaller messages.", group);
            await CountAsync(connection).ConfigureAwait(false);
        }
        else
        {
            connection.SendError("not-member", "Only members can send to a group.", group);
        }
    }

    /// <inheritdoc/>
    public async ValueTask OnJoinedAsync(Connection connection, string group, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        await router.AnnounceAsync(connection.Alias, Presence.Joined, group, except: connection, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask OnLeftAsync(Connection connection, string group)
    {
        ArgumentNullException.ThrowIfNull(connection);
        await router.AnnounceAsync(connection.Alias, Presence.Left, group, except: connection).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask OnServerStoppingAsync(Connection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.TrySend(ServerOptions.ServerName, ShuttingDown);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask OnDisconnectedAsync(Connection connection, DisconnectReason reason)
    {
        ArgumentNullException.ThrowIfNull(connection);

        // While the server shuts down, everyone leaves.
        if (IsAnnounced && reason != DisconnectReason.ServerShutdown)
            await router.AnnounceAsync(connection.Alias, Presence.Left, except: connection).ConfigureAwait(false);
    }

    private bool IsAnnounced => ledger.Count <= options.Value.Limits.MaxAnnounced;

    private ValueTask CountAsync(Connection connection) =>
        database.UpdateStatsAsync(connection.Alias, broadcasts: 1, CancellationToken.None);
}
