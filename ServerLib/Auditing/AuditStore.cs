using LiteDB;
using ServerLib.Files;

namespace ServerLib.Auditing;

/// <summary>
/// The open database of the audit trail, used on its thread only. A power failure can lose the last second, except what was there at the last
/// <see cref="Sync"/>.
/// </summary>
internal sealed class AuditStore : IDatabaseStore
{
    private readonly DatabaseFile _file;
    private readonly ILiteCollection<BsonDocument> _entries;

    private AuditStore(DatabaseFile file)
    {
        _file = file;
        _entries = file.Database.GetCollection("entries");
        if (ReadBefore(long.MaxValue, 1) is [{ } newest])
            Head = newest.Number > 0 ? newest.Head : throw new InvalidDataException("The newest entry has no valid number.");
    }

    /// <summary>The number and hash of the newest entry.</summary>
    public AuditHead Head { get; private set; } = AuditHead.None;

    /// <summary>Opens or creates the database. Starts a chain if the newest entry has no hash, or if there is none.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="openStream">Opens a file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="torn">Is called with the log's path and the number of incomplete pages at its end, before they are removed.</param>
    public static AuditStore Open(string path, Func<string, Stream> openStream, TimeProvider time, Action<string, int> torn)
    {
        AuditStore store = OpenFrozen(path, openStream);
        try
        {
            if (store._file.TornPages > 0)
                torn(DatabaseFile.LogPath(path), store._file.TornPages);
            store._file.Accept();
            if (store.Head.Hash == AuditHead.NoHash)
            {
                store.Begin();
                store.StartChain(time.GetUtcNow(), store.BeforeFirst());
                store.Commit();
            }

            return store;
        }
        catch
        {
            store.Freeze();
            store.Dispose();
            throw;
        }
    }

    /// <summary>Opens files for reading that another process may have open. Nothing is written.</summary>
    /// <param name="path">The data file's path.</param>
    /// <param name="openStream">Opens a file.</param>
    public static AuditStore OpenReadOnly(string path, Func<string, Stream> openStream) => OpenFrozen(path, openStream);

    /// <summary>Opens a copy for reading. Only the engine may write to it, when it shortens its log.</summary>
    public static AuditStore OpenCopy(string path)
    {
        AuditStore store = OpenFrozen(path, DatabaseFile.OpenStream);
        store._file.Accept();
        return store;
    }

    /// <summary>Verifies the entries in a copy.</summary>
    /// <exception cref="InvalidDataException">The copy cannot be read.</exception>
    public static AuditCheck Check(string path)
    {
        using AuditStore store = OpenCopy(path);
        var verification = new AuditVerification([]);
        long last = long.MinValue;
        while (store.ReadAfter(last, AuditReader.PageSize) is { Count: > 0 } page && page[^1].Number > last)
        {
            page.ForEach(verification.Add);
            last = page[^1].Number;
        }

        return verification.Complete();
    }

    public void Begin() => _file.Begin();

    public bool Commit() => _file.Commit();

    public void Probe()
    {
        _entries.Insert(new BsonDocument { ["_id"] = -1L });
        _entries.Delete(-1L);
    }

    public void Freeze() => _file.Freeze();

    public void Dispose() => _file.Dispose();

    /// <summary>Flushes what is committed to the disk.</summary>
    public void Sync() => _file.Sync();

    public void Add(AuditEntry entry)
    {
        SealedEntry added = SealedEntry.Seal(entry, Head);
        _entries.Insert(added.ToDocument());
        Head = added.Head;
    }

    /// <summary>Adds the first entry of a chain. The entries that it calls deleted may be deleted only after it.</summary>
    public void StartChain(DateTimeOffset time, AuditHead deleted) => Add(
        new AuditEntry(time, AuditEvent.ChainStarted, ServerOptions.ServerName, "", "", new ChainStart(Head, deleted).ToString()));

    /// <summary>Reads entries with lower numbers, the newest first.</summary>
    public List<SealedEntry> ReadBefore(long number, int count) =>
        [.. _entries.Find(WhereNumber("<", number, Query.Descending), limit: count).Select(SealedEntry.FromDocument)];

    /// <summary>Reads entries with higher numbers, the oldest first.</summary>
    public List<SealedEntry> ReadAfter(long number, int count) =>
        [.. _entries.Find(WhereNumber(">", number, Query.Ascending), limit: count).Select(SealedEntry.FromDocument)];

    /// <summary>Deletes the oldest entries up to the one with <paramref name="number"/>.</summary>
    /// <param name="number">The last entry to delete.</param>
    /// <param name="count">The maximum number of entries.</param>
    /// <returns>The number of deleted entries.</returns>
    public int DeleteUpTo(long number, int count)
    {
        List<BsonValue> old =
        [
            .. _entries.Find(Query.All(), limit: count)
                .Select(entry => entry["_id"])
                .TakeWhile(id => id.IsInt64 && id.AsInt64 <= number),
        ];
        foreach (BsonValue id in old)
            _entries.Delete(id);
        return old.Count;
    }

    private static AuditStore OpenFrozen(string path, Func<string, Stream> openStream)
    {
        var file = DatabaseFile.Open(path, isDurable: false, openStream);
        try
        {
            return new AuditStore(file);
        }
        catch
        {
            file.Freeze();
            file.Dispose();
            throw;
        }
    }

    /// <summary>The last entry that a trail without hashes has deleted.</summary>
    private AuditHead BeforeFirst() =>
        ReadAfter(long.MinValue, 1) is [{ Number: > 1 } first] ? new AuditHead(first.Number - 1, AuditHead.NoHash) : AuditHead.None;

    private static Query WhereNumber(string comparison, long number, int order)
    {
        Query query = Query.All(order);
        query.Where.Add(BsonExpression.Create($"$._id {comparison} @0", number));
        return query;
    }
}
