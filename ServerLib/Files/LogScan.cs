namespace ServerLib.Files;

/// <summary>
/// Finds the end of the committed transactions in LiteDB's log. When the power fails, the pages of the last transaction may be incomplete or
/// missing. LiteDB would read them as they are.
/// </summary>
internal sealed class LogScan
{
    private readonly HashSet<uint> _committed = [];
    private readonly List<uint> _uncommitted = [];

    // The transaction of the last whole page, if it goes on after that page.
    private uint? _open;

    private LogScan()
    {
    }

    /// <summary>The length of the log without a torn end, in bytes.</summary>
    public long End { get; private set; }

    /// <summary>Whether the log has a newer version of a page of the data file. A checkpoint that was interrupted is repeated from it.</summary>
    public bool Contains(long page) => _committed.Contains((uint)page);

    /// <summary>Reads a log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="dataPages">The number of pages in the data file.</param>
    /// <param name="isDurable">
    /// Whether each transaction is on disk before the next one is written. Then, only the last one can be torn. Otherwise, the log ends at the
    /// first torn page.
    /// </param>
    /// <exception cref="InvalidDataException">A damaged page may belong to a transaction that was confirmed.</exception>
    public static LogScan Read(LogStream log, long dataPages, bool isDurable)
    {
        var scan = new LogScan();
        long length = log.FileLength, pages = dataPages + (length / PageStream.PageSize);
        TornEnd? torn = null;
        byte[] bytes = new byte[PageStream.PageSize];
        log.Position = 0;
        for (long start = 0; start < length; start += bytes.Length)
        {
            int count = (int)Math.Min(bytes.Length, length - start);
            log.ReadExactly(bytes, 0, count);
            bytes.AsSpan(count).Clear();
            var page = new LogPage(bytes);
            if (torn is null && count == bytes.Length && page.IsWhole(pages))
            {
                scan.Add(page, start + count);
                continue;
            }

            torn ??= new TornEnd(start / bytes.Length, scan._open);
            if (isDurable && !torn.TryAdd(page))
            {
                throw new InvalidDataException(
                    $"Page {torn.FirstPage} of the log is damaged, and it may belong to a change that was confirmed.");
            }
        }

        // Pages without a confirmed one after them belong to a transaction that was not committed. LiteDB ignores them.
        if (torn is null)
            scan.End = length;
        log.Position = 0;
        return scan;
    }

    private void Add(LogPage page, long end)
    {
        _uncommitted.Add(page.Id);
        _open = page.Transaction;
        if (!page.IsConfirmed)
            return;
        End = end;
        _committed.UnionWith(_uncommitted);
        _uncommitted.Clear();
        _open = null;
    }
}
