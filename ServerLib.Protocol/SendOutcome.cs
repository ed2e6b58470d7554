namespace ServerLib;

/// <summary>What became of a message to one connection.</summary>
public enum SendOutcome
{
    /// <summary>The system took all of it.</summary>
    Sent,

    /// <summary>Some of it waits for the reader.</summary>
    Queued,

    /// <summary>It was not sent: the connection has ended, or can't carry it, or its reader is too slow and is dropped.</summary>
    Dropped,
}
