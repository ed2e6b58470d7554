using LiteDB;

namespace ServerLib.Accounts;

/// <summary>The open audit trail, on its thread. Its last second may be lost with the machine's power.</summary>
internal sealed class AuditStore : IDatabaseStore
{
    private readonly DatabaseFile _file;
    private readonly ILiteCollection<BsonDocument> _entries;
    private long _lastId;

    private AuditStore(DatabaseFile file)
    {
        _file = file;
        _entries = file.Database.GetCollection("entries");
        _lastId = Newest() is { } newest ? newest["_id"].AsInt64 : 0;
    }

    public static AuditStore Open(string path, Func<string, Stream> openStream)
    {
        var file = DatabaseFile.Open(path, isDurable: false, openStream);
        try
        {
            var store = new AuditStore(file);
            file.Accept();
            return store;
        }
        catch
        {
            file.Freeze();
            file.Dispose();
            throw;
        }
    }

    public void Begin() => _file.Begin();

    public void Commit() => _file.Commit();

    public void Freeze() => _file.Freeze();

    public void Dispose() => _file.Dispose();

    public void Add(AuditEntry entry)
    {
        _entries.Insert(entry.ToDocument(_lastId + 1));
        _lastId++;
    }

    /// <summary>The newest entries, the newest first.</summary>
    public List<AuditEntry> ReadNewest(int count) =>
        [.. _entries.Find(Query.All(Query.Descending), limit: count).Select(AuditEntry.FromDocument)];

    /// <summary>Deletes the oldest entries, as far as they are from before <paramref name="limit"/>.</summary>
    /// <param name="limit">What is older is deleted.</param>
    /// <param name="count">How many at most.</param>
    /// <returns>How many they were.</returns>
    public int DeleteBefore(DateTimeOffset limit, int count)
    {
        long time = limit.ToUnixTimeMilliseconds();
        List<BsonValue> old =
        [
            .. _entries.Find(Query.All(), limit: count)
                .TakeWhile(entry => entry["Time"].AsInt64 < time)
                .Select(entry => entry["_id"]),
        ];
        foreach (BsonValue id in old)
            _entries.Delete(id);
        return old.Count;
    }

    private BsonDocument? Newest() => _entries.Find(Query.All(Query.Descending), limit: 1).FirstOrDefault();
}
