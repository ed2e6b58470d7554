namespace ServerLib.Files;

/// <summary>
/// A database's main file, written at a checkpoint only. The log, from which a checkpoint broken off is made good, has to be on
/// disk by then; and the pages have to be before the log is emptied.
/// </summary>
/// <param name="file">The file itself.</param>
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
