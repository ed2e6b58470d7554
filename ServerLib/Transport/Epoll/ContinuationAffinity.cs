namespace ServerLib.Transport;

/// <summary>
/// The thread on which code continues after it has waited for a connection. All connections with the same kind of handler share one
/// object, so what is learned from one connection applies to all.
/// </summary>
/// <param name="name">The name in the log.</param>
/// <param name="usual">Where the code continues as long as it has not been found to block.</param>
internal sealed class ContinuationAffinity(string name, ContinuationTarget usual = ContinuationTarget.Loop)
{
    // Code that runs without waiting may be delayed by the JIT compiler on its first call, or by a machine without a free processor.
    private const int MaxSlow = 8;
    private const int SlowMemoryMilliseconds = 10_000;

    private readonly Lock _gate = new();
    private volatile bool _blocks;
    private long _lastSlow;
    private int _slow;

    public string Name => name;

    /// <summary>Where the code continues.</summary>
    public ContinuationTarget Target => _blocks ? ContinuationTarget.BlockingThreads : usual;

    /// <summary>Whether the code has been found to block, and therefore runs on <see cref="BlockingHandlerThreads"/>.</summary>
    public bool Blocks => _blocks;

    /// <summary>Reports that the code waited on an event loop's thread.</summary>
    /// <returns>Whether this was not known before.</returns>
    public bool MarkBlocking()
    {
        lock (_gate)
        {
            bool isNew = !_blocks;
            _blocks = true;
            return isNew;
        }
    }

    /// <summary>
    /// Reports that the code ran for long without waiting. It counts as blocking after this has happened repeatedly.
    /// </summary>
    /// <returns>Whether it counts as blocking now and did not before.</returns>
    public bool MarkSlow(long nowMilliseconds)
    {
        lock (_gate)
        {
            _slow = nowMilliseconds - _lastSlow > SlowMemoryMilliseconds ? 1 : _slow + 1;
            _lastSlow = nowMilliseconds;
            return _slow >= MaxSlow && MarkBlocking();
        }
    }
}
