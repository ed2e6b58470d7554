using ServerLib;

namespace Chat;

/// <summary>Lets a user join rooms, leave them, and send messages to them.</summary>
internal sealed class ChatHandler(Rooms rooms, IMessageRouter router) : IMessageHandler
{
    public async ValueTask<bool> OnJoinAsync(Connection connection, string group, CancellationToken cancellationToken) =>
        rooms.Find(group) is { } room && await room.JoinAsync(connection, cancellationToken);

    public async ValueTask OnJoinedAsync(Connection connection, string group, CancellationToken cancellationToken) =>
        await router.AnnounceAsync(connection.Alias, Presence.Joined, group, except: connection, cancellationToken);

    // Also called when the user disconnects.
    public async ValueTask OnLeftAsync(Connection connection, string group) =>
        await router.AnnounceAsync(connection.Alias, Presence.Left, group, except: connection);

    public async ValueTask OnGroupMessageAsync(
        Connection connection, string group, Message message, CancellationToken cancellationToken)
    {
        if (rooms.Find(group) is { } room && await router.IsMemberAsync(connection, group, cancellationToken))
            await room.SendAsync(connection, message, cancellationToken);
        else
            connection.SendError("not-member", "You are not in this room.", group);
    }
}
