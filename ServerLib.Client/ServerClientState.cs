namespace ServerLib;

/// <summary>The state of a <see cref="ServerClient"/>.</summary>
public enum ServerClientState
{
    /// <summary>The client is not connected, and does not try to connect.</summary>
    Closed,

    /// <summary>The client connects for the first time, or after it was closed.</summary>
    Connecting,

    /// <summary>The client is logged in.</summary>
    Connected,

    /// <summary>The connection is lost, and the client tries to connect again.</summary>
    Reconnecting,
}
