namespace ServerLib;

/// <summary>What a server is doing.</summary>
public enum ServerState
{
    /// <summary>It has not started, or is starting.</summary>
    NotStarted,

    /// <summary>It accepts connections.</summary>
    Running,

    /// <summary>It accepts no connections any more, or is about to: <see cref="IServerControl.DrainAsync"/> was called, or it is stopping.</summary>
    Draining,

    /// <summary>It has stopped.</summary>
    Stopped,
}
