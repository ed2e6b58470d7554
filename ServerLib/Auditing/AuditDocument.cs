using System.Security.Cryptography;
using LiteDB;
using ServerLib.Files;

namespace ServerLib.Auditing;

/// <summary>The form of a record in LiteDB.</summary>
internal static class AuditDocument
{
    /// <summary>Reads a document. Ignores invalid fields; the hash shows that they were changed.</summary>
    public static AuditRecord Read(BsonDocument document)
    {
        BsonValue number = document["_id"], what = document["Event"];
        return new AuditRecord(
            number.IsInt64 ? number.AsInt64 : -1,
            new AuditEntry(
                StoredTime.Read(document["Time"]) ?? DateTimeOffset.UnixEpoch,
                what.IsInt32 ? (AuditEvent)what.AsInt32 : 0,
                Text("Name"),
                Text("Address"),
                Text("Actor"),
                Text("Detail")),
            Hex("Previous"),
            Hex("Hash"));

        string Text(string field) => document[field] is { IsString: true } text ? text.AsString : "";

        string Hex(string field) => document[field] is { IsBinary: true, AsBinary: { Length: SHA256.HashSizeInBytes } hash }
            ? Convert.ToHexStringLower(hash)
            : AuditHead.NoHash;
    }

    /// <summary>Writes a record.</summary>
    public static BsonDocument Write(AuditRecord record) => new()
    {
        ["_id"] = record.Number,
        ["Time"] = record.Entry.Time.ToUnixTimeMilliseconds(),
        ["Event"] = (int)record.Entry.Event,
        ["Name"] = record.Entry.Name,
        ["Address"] = record.Entry.Address,
        ["Actor"] = record.Entry.Actor,
        ["Detail"] = record.Entry.Detail,
        ["Previous"] = Convert.FromHexString(record.Previous),
        ["Hash"] = Convert.FromHexString(record.Hash),
    };
}
