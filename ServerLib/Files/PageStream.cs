namespace ServerLib.Files;

/// <summary>
/// One of a database's two files, as LiteDB uses it: only whole pages, and read-only while <see cref="IsFrozen"/> is set.
/// </summary>
/// <remarks>LiteDB locks each stream itself. The other members are for the thread that commits.</remarks>
/// <param name="file">The file.</param>
internal abstract class PageStream(Stream file) : Stream
{
    /// <summary>The size of a LiteDB page, in bytes.</summary>
    public const int PageSize = 8_192;

    private volatile bool _isFrozen;

    /// <summary>Whether writes are refused: before the file was checked, and after a failure.</summary>
    public bool IsFrozen
    {
        get => _isFrozen;
        set => _isFrozen = value;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    /// <summary>The length in whole pages. An incomplete page at the end is overwritten.</summary>
    public override long Length => File.Length / PageSize * PageSize;

    public override long Position
    {
        get => File.Position;
        set => File.Position = value;
    }

    protected Stream File { get; } = file;

    public override long Seek(long offset, SeekOrigin origin) => File.Seek(offset, origin);

    /// <exception cref="EndOfStreamException">The file ends before that. LiteDB would use the old contents of its buffer.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        File.ReadExactly(buffer, offset, count);
        return count;
    }

    public override void SetLength(long value)
    {
        ThrowIfFrozen();
        File.SetLength(value);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        ThrowIfFrozen();
        File.Write(buffer, offset, count);
    }

    /// <summary>Writes the system's buffers to disk.</summary>
    protected void FlushToDisk()
    {
        if (File is FileStream stream)
            stream.Flush(flushToDisk: true);
        else
            File.Flush();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            File.Dispose();
        base.Dispose(disposing);
    }

    // Not an IOException: LiteDB would repeat some writes for a minute.
    protected void ThrowIfFrozen()
    {
        if (IsFrozen)
            throw new NotSupportedException("The database is read-only now.");
    }
}
