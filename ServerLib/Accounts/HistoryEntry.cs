using LiteDB;

namespace ServerLib.Accounts;

/// <summary>What the history holds of one event.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Event">What happened.</param>
/// <param name="Name">The account's name; for a failed login, the name that was tried.</param>
/// <param name="Address">From where, as far as that is known.</param>
internal sealed record HistoryEntry(DateTimeOffset Time, HistoryEvent Event, string Name, string Address)
{
    public static HistoryEntry FromDocument(BsonDocument document) => new(
        DateTimeOffset.FromUnixTimeMilliseconds(document["Time"].AsInt64),
        (HistoryEvent)document["Event"].AsInt32,
        document["Name"].AsString,
        document["Address"].AsString);

    public BsonDocument ToDocument(long id) => new()
    {
        ["_id"] = id,
        ["Time"] = Time.ToUnixTimeMilliseconds(),
        ["Event"] = (int)Event,
        ["Name"] = Name,
        ["Address"] = Address,
    };
}

/// <summary>What the history tells of; the numbers are stored.</summary>
internal enum HistoryEvent
{
    Logon = 1,
    Logoff = 2,
    FailedLogin = 3,
}
