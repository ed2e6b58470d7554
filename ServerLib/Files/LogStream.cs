namespace ServerLib.Files;

/// <summary>
/// A database's log, to which the engine writes from a task of its own, after a commit has returned already. So whoever answers for
/// the commit waits here until it is written.
/// </summary>
/// <remarks>
/// A write that fails is remembered, and nothing is written after it: the engine can't bear an exception in its task, and a log
/// with a hole in it would be read as a whole one.
/// </remarks>
internal sealed class LogStream : PageStream
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _written = new();
    private long _end;
    private bool _hasUnsynced;
    private Exception? _fault;

    /// <param name="file">The file itself.</param>
    public LogStream(Stream file)
        : base(file) =>
        _end = Length;

    public override void Write(byte[] buffer, int offset, int count)
    {
        Exception? fault = _fault;
        try
        {
            if (fault is null)
                base.Write(buffer, offset, count);
        }
        catch (Exception e)
        {
            fault = e;
        }

        lock (_gate)
        {
            _fault = fault;
            _hasUnsynced = true;
            _end = Math.Max(_end, Position);
            _written.Set();
        }
    }

    /// <summary>Only <see cref="Sync"/> writes to the disk: once a commit, not once a page.</summary>
    public override void Flush()
    {
    }

    public override void SetLength(long value)
    {
        base.SetLength(value);
        lock (_gate)
            _end = value;
    }

    /// <summary>Waits until the engine has written the log up to <paramref name="length"/>.</summary>
    /// <exception cref="IOException">The log can't be written.</exception>
    public void WaitFor(long length)
    {
        while (true)
        {
            lock (_gate)
            {
                ThrowIfFaulted();
                if (_end >= length)
                    return;
                _written.Reset();
            }

            if (!_written.Wait(MaxWait))
                throw new IOException("The database engine does not write its log.");
        }
    }

    /// <summary>Brings what has been written to the disk.</summary>
    /// <exception cref="IOException">The log can't be written.</exception>
    public void Sync()
    {
        lock (_gate)
        {
            ThrowIfFaulted();
            if (!_hasUnsynced)
                return;
            _hasUnsynced = false;
        }

        FlushToDisk();
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _written.Dispose();
    }

    private void ThrowIfFaulted()
    {
        if (_fault is { } fault)
            throw new IOException($"The database's log can't be written: {fault.Message}", fault);
    }
}
