using LiteDB;
using ServerLib.Bans;
using ServerLib.Files;

namespace ServerLib.Accounts;

/// <summary>The bans in the user database. Used only on the database's thread.</summary>
internal sealed class BanCollection(ILiteDatabase database)
{
    private readonly ILiteCollection<BsonDocument> _bans = database.GetCollection("bans");

    /// <summary>Reads all valid bans.</summary>
    /// <param name="damaged">The number of damaged bans.</param>
    public List<Ban> ReadAll(out int damaged)
    {
        var all = new List<Ban>();
        damaged = 0;
        foreach (BsonDocument document in _bans.FindAll())
        {
            if (FromDocument(document) is { } ban)
                all.Add(ban);
            else
                damaged++;
        }

        return all;
    }

    public void Put(BanTarget target, Ban ban) => _bans.Upsert(new BsonDocument
    {
        ["_id"] = target.Key,
        ["What"] = ban.Target,
        ["Since"] = ban.Since.ToUnixTimeMilliseconds(),
        ["Until"] = ban.Until is { } until ? until.ToUnixTimeMilliseconds() : BsonValue.Null,
        ["Reason"] = ban.Reason,
        ["By"] = ban.CreatedBy,
    });

    public bool Remove(BanTarget target) => _bans.Delete(target.Key);

    private static Ban? FromDocument(BsonDocument document)
    {
        BsonValue until = document["Until"];
        if (!document["What"].IsString || !BanTarget.TryParse(document["What"].AsString, out _, out _)
            || StoredTime.Read(document["Since"]) is not { } since || (!until.IsNull && StoredTime.Read(until) is null)
            || !document["Reason"].IsString || !document["By"].IsString)
        {
            return null;
        }

        return new Ban(document["What"].AsString, StoredTime.Read(until), document["Reason"].AsString)
        {
            Since = since,
            CreatedBy = document["By"].AsString,
        };
    }
}
