namespace ServerLib;

/// <summary>The kinds of things that a <see cref="ConnectionMultiplexor"/> watches.</summary>
public enum ReadyKind
{
    /// <summary>The listening socket: a client waits to be accepted.</summary>
    Listener,

    /// <summary>Console input: a line was typed.</summary>
    Console,

    /// <summary>A connection.</summary>
    Connection,
}
