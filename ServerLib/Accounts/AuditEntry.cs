using LiteDB;

namespace ServerLib.Accounts;

/// <summary>What the audit trail holds of one event.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Event">What happened.</param>
/// <param name="Name">Whom or what it is about; for a failed login, the name that was tried.</param>
/// <param name="Address">From where, as far as that is known.</param>
/// <param name="Actor">Who did it: <c>console</c>, or an admin's name; empty for the one it is about.</param>
/// <param name="Detail">What else there is to say.</param>
internal sealed record AuditEntry(
    DateTimeOffset Time, AuditEvent Event, string Name, string Address, string Actor = "", string Detail = "")
{
    // Entries that this program's predecessor wrote have neither actor nor detail.
    public static AuditEntry FromDocument(BsonDocument document) => new(
        DateTimeOffset.FromUnixTimeMilliseconds(document["Time"].AsInt64),
        (AuditEvent)document["Event"].AsInt32,
        document["Name"].AsString,
        document["Address"].AsString,
        document["Actor"].AsString ?? "",
        document["Detail"].AsString ?? "");

    public BsonDocument ToDocument(long id) => new()
    {
        ["_id"] = id,
        ["Time"] = Time.ToUnixTimeMilliseconds(),
        ["Event"] = (int)Event,
        ["Name"] = Name,
        ["Address"] = Address,
        ["Actor"] = Actor,
        ["Detail"] = Detail,
    };
}
