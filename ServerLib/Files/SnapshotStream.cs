namespace ServerLib.Files;

/// <summary>
/// Reads a database's data file that another process may write. When it has changed, reading fails: the pages would not belong together. That
/// process writes the file only at a checkpoint.
/// </summary>
internal sealed class SnapshotStream : Stream
{
    private readonly FileStream _file;
    private readonly (long Length, DateTime Written) _stamp;
    private readonly Action _changed;

    /// <param name="path">The file's path.</param>
    /// <param name="changed">Is called before reading fails because the file has changed.</param>
    public SnapshotStream(string path, Action changed)
    {
        RegularFile.Check(path);
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _stamp = Stamp();
        _changed = changed;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _stamp.Length;

    public override long Position
    {
        get => _file.Position;
        set => _file.Position = value;
    }

    /// <summary>Throws if the file has changed since it was opened.</summary>
    /// <exception cref="IOException">It has changed.</exception>
    public void CheckUnchanged()
    {
        if (Stamp() == _stamp)
            return;
        _changed();
        throw new IOException($"The file '{_file.Name}' has changed while it was read.");
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = _file.Read(buffer, offset, count);
        CheckUnchanged();
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => _file.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file.Dispose();
        base.Dispose(disposing);
    }

    private (long Length, DateTime Written) Stamp() => (RandomAccess.GetLength(_file.SafeFileHandle), File.GetLastWriteTimeUtc(_file.SafeFileHandle));
}
