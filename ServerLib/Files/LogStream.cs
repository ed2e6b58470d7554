namespace ServerLib.Files;

/// <summary>
/// A database's log. LiteDB writes to it from a background task, even after a commit has returned. A commit is complete only after
/// <see cref="WaitFor"/>.
/// </summary>
/// <remarks>
/// After a failed write nothing more is written, and the failure is reported later: LiteDB does not handle an exception in its task, and would
/// read a log with a gap as a complete one.
/// </remarks>
internal sealed class LogStream : PageStream
{
    private static readonly TimeSpan DefaultMaxWait = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _written = new();
    private readonly TimeSpan _maxWait;
    private long? _cut;
    private long _end;
    private bool _hasUnsynced;
    private Exception? _fault;

    /// <param name="file">The file.</param>
    /// <param name="maxWait">How long <see cref="WaitFor"/> waits. Default 30 seconds.</param>
    public LogStream(Stream file, TimeSpan? maxWait = null)
        : base(file)
    {
        _maxWait = maxWait ?? DefaultMaxWait;
        _end = Length;
    }

    /// <summary>The length without a torn end.</summary>
    public override long Length => _cut ?? base.Length;

    /// <summary>The file's length in bytes.</summary>
    public long FileLength => File.Length;

    /// <summary>Ignores everything after <paramref name="length"/>. The file is not changed before <see cref="Cut"/>.</summary>
    public void CutTo(long length) => _end = (_cut = length).Value;

    /// <summary>Removes what is ignored from the file.</summary>
    public void Cut()
    {
        if (_cut is { } length && length < FileLength)
            File.SetLength(length);
        _cut = null;
    }

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

    /// <summary>Does nothing. <see cref="Sync"/> writes to disk once per commit, not once per page.</summary>
    public override void Flush()
    {
    }

    public override void SetLength(long value)
    {
        base.SetLength(value);
        lock (_gate)
            _end = value;
    }

    /// <summary>Waits until LiteDB has written the log up to <paramref name="length"/>.</summary>
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

            if (!_written.Wait(_maxWait))
                throw new IOException("LiteDB does not write its log.");
        }
    }

    /// <summary>Brings written pages to disk (fsync).</summary>
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
            throw new IOException($"The database's log cannot be written: {fault.Message}", fault);
    }
}
