namespace ServerLib.Files;

/// <summary>
/// A database's data file, which is written only at a checkpoint. The log must be on disk before that, because an interrupted checkpoint is
/// repeated from it. The data must be on disk before the log is emptied.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="log">The database's log.</param>
internal sealed class DataStream(Stream file, LogStream log) : PageStream(file)
{
    public override void Write(byte[] buffer, int offset, int count)
    {
        log.Sync();
        base.Write(buffer, offset, count);
    }

    public override void Flush()
    {
        if (!IsFrozen)
            FlushToDisk();
    }
}
