namespace ServerLib;

/// <summary>What happened to a message that was sent to one connection.</summary>
public enum SendOutcome
{
    /// <summary>The operating system has accepted all of it.</summary>
    Sent,

    /// <summary>Some of it is queued until the client reads.</summary>
    Queued,

    /// <summary>
    /// It was not sent: the connection has ended, its protocol cannot carry the message, or its client reads too slowly and is disconnected.
    /// </summary>
    Dropped,
}
