namespace ServerLib.Files;

/// <summary>
/// Finds the end of the committed transactions in LiteDB's log. When the power fails, the pages of the last transaction may be incomplete or
/// missing. LiteDB would read them as they are.
/// </summary>
internal sealed class LogScan
{
    private readonly HashSet<uint> _committed = [];
    private readonly List<uint> _uncommitted = [];
    private readonly HashSet<uint> _transactions = [];

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
    /// <exception cref="InvalidDataException">A page before the last transaction is damaged.</exception>
    public static LogScan Read(PageStream log, long dataPages, bool isDurable)
    {
        var scan = new LogScan();
        long length = log.Length, pages = dataPages + (length / PageStream.PageSize);
        long? torn = null;
        byte[] bytes = new byte[PageStream.PageSize];
        log.Position = 0;
        for (long start = 0; start < length; start += bytes.Length)
        {
            log.ReadExactly(bytes);
            var page = new LogPage(bytes);
            if (!page.IsWhole(pages))
            {
                torn ??= start;
                continue;
            }

            if (torn is { } bad)
            {
                // The pages of one transaction may reach the disk in any order. Pages of a second one show that the first was on disk.
                scan._transactions.Add(page.Transaction);
                if (isDurable && scan._transactions.Count > 1)
                    throw new InvalidDataException($"Page {bad / bytes.Length} of the log is damaged.");
            }
            else
            {
                scan.Add(page, start + bytes.Length);
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
        _transactions.Add(page.Transaction);
        if (!page.IsConfirmed)
            return;
        End = end;
        _committed.UnionWith(_uncommitted);
        _uncommitted.Clear();
        _transactions.Clear();
    }
}
