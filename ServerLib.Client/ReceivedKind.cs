namespace ServerLib;

/// <summary>What a <see cref="ReceivedMessage"/> is.</summary>
public enum ReceivedKind
{
    /// <summary>Someone said something to everyone.</summary>
    Message,

    /// <summary>Someone said something to this user only.</summary>
    Direct,

    /// <summary>Someone said something to a group.</summary>
    Group,

    /// <summary>Someone has come; into a group where <see cref="ReceivedMessage.Group"/> is set.</summary>
    Joined,

    /// <summary>Someone has gone; out of a group where <see cref="ReceivedMessage.Group"/> is set.</summary>
    Left,

    /// <summary>The server did not do something that nobody waits for, such as delivering a message.</summary>
    Error,

    /// <summary>The connection is lost, and the client tries to come back. What was sent last may be lost.</summary>
    Disconnected,

    /// <summary>The client has come back; what others said meanwhile it has not heard.</summary>
    Reconnected,
}
