namespace ServerLib.Files;

/// <summary>
/// One of a database's two files, as the engine sees it: whole pages only, and read only while it is <see cref="IsFrozen"/>.
/// </summary>
/// <remarks>The engine guards each stream by a lock of its own; what is added here is for the thread that commits.</remarks>
/// <param name="file">The file itself.</param>
internal abstract class PageStream(Stream file) : Stream
{
    /// <summary>The engine's page, in bytes.</summary>
    public const int PageSize = 8_192;

    private volatile bool _isFrozen;

    /// <summary>Whether nothing may be written: before the file has proved sound, and after the engine has failed.</summary>
    public bool IsFrozen
    {
        get => _isFrozen;
        set => _isFrozen = value;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    /// <summary>Half a page at the end was never acknowledged to anybody, and is written over.</summary>
    public override long Length => File.Length / PageSize * PageSize;

    public override long Position
    {
        get => File.Position;
        set => File.Position = value;
    }

    protected Stream File { get; } = file;

    public override long Seek(long offset, SeekOrigin origin) => File.Seek(offset, origin);

    /// <exception cref="EndOfStreamException">The file ends before: the engine would take what its buffer held for the page.</exception>
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

    /// <summary>Writes what the system still holds to the disk itself.</summary>
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

    // No IOException: the engine tries some of its writes again for a minute after one.
    protected void ThrowIfFrozen()
    {
        if (IsFrozen)
            throw new NotSupportedException("The database is not to be written.");
    }
}
