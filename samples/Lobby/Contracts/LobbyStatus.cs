namespace Lobby;

/// <summary>The statuses with which the server answers calls, besides those of ServerLib.</summary>
public static class LobbyStatus
{
    /// <summary>The room's name or its number of seats is not allowed.</summary>
    public const byte NotAllowed = 1;

    /// <summary>There is a room with this name already.</summary>
    public const byte NameTaken = 2;

    /// <summary>There is no room with this name.</summary>
    public const byte NoSuchRoom = 3;

    /// <summary>All seats of the room are taken.</summary>
    public const byte RoomFull = 4;

    /// <summary>The player is in a room already.</summary>
    public const byte InRoom = 5;

    /// <summary>The player is in no room.</summary>
    public const byte NotInRoom = 6;
}
