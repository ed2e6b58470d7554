namespace ServerLib;

/// <summary>The kind of a <see cref="ReceivedMessage"/>.</summary>
public enum ReceivedKind
{
    /// <summary>A message to everyone.</summary>
    Message,

    /// <summary>A message to this user only.</summary>
    Direct,

    /// <summary>A message to a group.</summary>
    Group,

    /// <summary>A user has logged in, or has joined the group <see cref="ReceivedMessage.Group"/>.</summary>
    Joined,

    /// <summary>A user has disconnected, or has left the group <see cref="ReceivedMessage.Group"/>.</summary>
    Left,

    /// <summary>The server reports an error that no call waits for, such as a message that it could not deliver.</summary>
    Error,

    /// <summary>The connection is lost, and the client tries to reconnect. The last messages that it sent may be lost.</summary>
    Disconnected,

    /// <summary>The client has reconnected. It has missed what others sent in the meantime.</summary>
    Reconnected,
}
