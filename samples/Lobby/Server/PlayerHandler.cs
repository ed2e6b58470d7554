using ServerLib;

namespace Lobby;

/// <summary>Removes players who disconnect from their rooms.</summary>
internal sealed class PlayerHandler(Rooms rooms) : IMessageHandler
{
    // A room's members are a group. Only the call join-room adds players to it.
    public ValueTask<bool> OnJoinAsync(Connection connection, string group, CancellationToken cancellationToken) => new(false);

    public async ValueTask OnDisconnectedAsync(Connection connection, DisconnectReason reason) => await rooms.LeaveAsync(connection);
}
