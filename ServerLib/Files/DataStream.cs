using System.Buffers.Binary;

namespace ServerLib.Files;

/// <summary>
/// A database's data file, which is written only at a checkpoint. The log must be on disk before that, because an interrupted checkpoint is
/// repeated from it. The data must be on disk before the log is emptied.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="log">The database's log.</param>
internal sealed class DataStream(Stream file, LogStream log) : PageStream(file)
{
    /// <summary>The log at the opening: damaged pages that it contains are restored from it.</summary>
    public LogScan? Restored { get; set; }

    /// <summary>
    /// Reads pages, and checks that each begins with its number or is empty. LiteDB trusts the contents of pages, and some damaged files make it
    /// run forever.
    /// </summary>
    /// <exception cref="InvalidDataException">A page is damaged.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        long number = Position / PageSize;
        count = base.Read(buffer, offset, count);
        for (int start = 0; start + PageSize <= count; start += PageSize, number++)
            Check(buffer.AsSpan(offset + start, PageSize), number);
        return count;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        log.Sync();
        base.Write(buffer, offset, count);
    }

    private void Check(ReadOnlySpan<byte> page, long number)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(page) != number && page.ContainsAnyExcept((byte)0) && Restored?.Contains(number) != true)
            throw new InvalidDataException($"Page {number} is damaged, or in the wrong place.");
    }

    public override void Flush()
    {
        if (!IsFrozen)
            FlushToDisk();
    }
}
