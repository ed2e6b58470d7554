namespace ServerLib;

/// <summary>What happened to a message that was sent to one connection.</summary>
public enum SendOutcome
{
    /// <summary>The operating system has accepted the whole message.</summary>
    Sent,

    /// <summary>The message or a part of it is queued until the client reads.</summary>
    Queued,

    /// <summary>
    /// The message was not sent. Either the connection has ended, or its protocol cannot carry the message, or the client reads too slowly
    /// and is disconnected.
    /// </summary>
    Dropped,

    /// <summary>The message was not sent, because it is larger than the client accepts. The connection stays open.</summary>
    TooLarge,
}
