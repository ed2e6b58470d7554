namespace ServerLib.Transport;

/// <summary>Where the code goes on that has waited for a connection.</summary>
internal enum ContinuationTarget
{
    /// <summary>On the event loop's own thread: the fastest, for code that neither blocks nor computes for long.</summary>
    Loop,

    /// <summary>On the runtime's pool: for code that computes, such as cryptography.</summary>
    Pool,

    /// <summary>On <see cref="BlockingHandlerThreads"/>: for code that blocks.</summary>
    OwnThreads,
}
