namespace ServerLib.Transport;

/// <summary>Where code continues after it has waited for a connection.</summary>
internal enum ContinuationTarget
{
    /// <summary>On the event loop's thread. This is the fastest, for code that neither blocks nor computes for long.</summary>
    Loop,

    /// <summary>On the thread pool, for code that computes, such as cryptography.</summary>
    Pool,

    /// <summary>On <see cref="Transport.BlockingHandlerThreads"/>, for code that blocks.</summary>
    BlockingThreads,
}
