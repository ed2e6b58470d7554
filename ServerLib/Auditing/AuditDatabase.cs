using LiteDB;
using ServerLib.Files;

namespace ServerLib.Auditing;

/// <summary>
/// The open database of the audit trail, used on its thread only. A power failure can lose the last second, except what was there at the last
/// <see cref="Sync"/>.
/// </summary>
internal sealed class AuditDatabase : IDatabaseStore
{
    private readonly DatabaseFile _file;
    private readonly ILiteCollection<BsonDocument> _entries;

    private AuditDatabase(DatabaseFile file)
    {
        _file = file;
        _entries = file.Database.GetCollection("entries");
        if (ReadBefore(long.MaxValue, 1) is [{ } newest])
            Head = newest.Number > 0 ? newest.Head : throw new InvalidDataException("The newest entry has no valid number.");
    }

    /// <summary>The number and hash of the newest entry.</summary>
    public AuditHead Head { get; private set; } = AuditHead.None;

    /// <summary>Opens or creates the database.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="openStream">Opens a file.</param>
    /// <param name="torn">Is called with the log's path and the number of incomplete pages at its end, before they are removed.</param>
    public static AuditDatabase Open(string path, Func<string, Stream> openStream, Action<string, int> torn)
    {
        AuditDatabase database = OpenFrozen(path, openStream);
        try
        {
            if (database._file.TornPages > 0)
                torn(DatabaseFile.LogPath(path), database._file.TornPages);
            database._file.Accept();
            return database;
        }
        catch
        {
            database.Freeze();
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens files for reading that another process may have open. Nothing is written.</summary>
    /// <param name="path">The data file's path.</param>
    /// <param name="openStream">Opens a file.</param>
    public static AuditDatabase OpenReadOnly(string path, Func<string, Stream> openStream) => OpenFrozen(path, openStream);

    /// <summary>Opens a copy for reading. Only the engine may write to it, when it shortens its log.</summary>
    public static AuditDatabase OpenCopy(string path)
    {
        AuditDatabase database = OpenFrozen(path, DatabaseFile.OpenStream);
        database._file.Accept();
        return database;
    }

    /// <summary>Verifies the entries in a copy.</summary>
    /// <exception cref="InvalidDataException">The copy cannot be read.</exception>
    public static AuditCheck Check(string path)
    {
        using AuditDatabase database = OpenCopy(path);
        var verification = new AuditVerification([]);
        long last = long.MinValue;
        while (database.ReadAfter(last, AuditReader.PageSize) is { Count: > 0 } page && page[^1].Number > last)
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

    /// <summary>Appends records, if the first one follows the newest record or there is none.</summary>
    public bool TryAppend(IReadOnlyList<AuditRecord> records)
    {
        AuditRecord first = records[0];
        if (Head.Number > 0 && (first.Number != Head.Number + 1 || first.Previous != Head.Hash))
            return false;
        foreach (AuditRecord record in records)
            _entries.Insert(AuditDocument.Write(record));
        Head = records[^1].Head;
        return true;
    }

    /// <summary>Reads entries with lower numbers, the newest first.</summary>
    public List<AuditRecord> ReadBefore(long number, int count) =>
        [.. _entries.Find(WhereNumber("<", number, Query.Descending), limit: count).Select(AuditDocument.Read)];

    /// <summary>Reads entries with higher numbers, the oldest first.</summary>
    public List<AuditRecord> ReadAfter(long number, int count) =>
        [.. _entries.Find(WhereNumber(">", number, Query.Ascending), limit: count).Select(AuditDocument.Read)];

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

    private static AuditDatabase OpenFrozen(string path, Func<string, Stream> openStream)
    {
        var file = DatabaseFile.Open(path, isDurable: false, openStream);
        try
        {
            return new AuditDatabase(file);
        }
        catch
        {
            file.Freeze();
            file.Dispose();
            throw;
        }
    }

    private static Query WhereNumber(string comparison, long number, int order)
    {
        Query query = Query.All(order);
        query.Where.Add(BsonExpression.Create($"$._id {comparison} @0", number));
        return query;
    }
}
