using LiteDB;
using ServerLib.Admission;

namespace ServerLib.Accounts;

/// <summary>The bans in the user database, on its thread.</summary>
internal sealed class BanCollection(ILiteCollection<BsonDocument> bans)
{
    /// <summary>Reads all that can be read.</summary>
    /// <param name="damaged">How many can't.</param>
    public List<Ban> ReadAll(out int damaged)
    {
        var all = new List<Ban>();
        damaged = 0;
        foreach (BsonDocument document in bans.FindAll())
        {
            if (FromDocument(document) is { } ban)
                all.Add(ban);
            else
                damaged++;
        }

        return all;
    }

    public void Put(BanSubject subject, Ban ban) => bans.Upsert(new BsonDocument
    {
        ["_id"] = subject.Key,
        ["What"] = ban.What,
        ["Since"] = ban.Since.ToUnixTimeMilliseconds(),
        ["Until"] = ban.Until is { } until ? until.ToUnixTimeMilliseconds() : BsonValue.Null,
        ["Reason"] = ban.Reason,
        ["By"] = ban.By,
    });

    public bool Remove(BanSubject subject) => bans.Delete(subject.Key);

    private static Ban? FromDocument(BsonDocument document)
    {
        BsonValue until = document["Until"];
        if (!document["What"].IsString || !BanSubject.TryParse(document["What"].AsString, out _, out _)
            || Time(document["Since"]) is not { } since || (!until.IsNull && Time(until) is null)
            || !document["Reason"].IsString || !document["By"].IsString)
        {
            return null;
        }

        return new Ban(document["What"].AsString, Time(until), document["Reason"].AsString) { Since = since, By = document["By"].AsString };
    }

    private static DateTimeOffset? Time(BsonValue value) =>
        value.IsInt64
        && value.AsInt64 >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && value.AsInt64 <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(value.AsInt64)
            : null;
}
