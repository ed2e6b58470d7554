using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LiteDB;
using ServerLib.Files;

namespace ServerLib.Auditing;

/// <summary>An entry in its place in the chain.</summary>
/// <param name="Number">Counts from 1, without gaps.</param>
/// <param name="Entry">What it says.</param>
/// <param name="Previous">The hash of the entry before.</param>
/// <param name="Hash">The hash of this one, as it is stored.</param>
internal sealed record SealedEntry(long Number, AuditEntry Entry, string Previous, string Hash)
{
    /// <summary>Which way of hashing it is, should there be another.</summary>
    private const byte Version = 1;

    /// <summary>Number and hash.</summary>
    public AuditHead Head => new(Number, Hash);

    /// <summary>Whether it has hashes; those from before there were any have none.</summary>
    public bool IsSealed => Hash != AuditHead.NoHash || Previous != AuditHead.NoHash;

    /// <summary>Puts an entry behind another.</summary>
    public static SealedEntry Seal(AuditEntry entry, AuditHead previous)
    {
        var unsealed = new SealedEntry(previous.Number + 1, entry, previous.Hash, AuditHead.NoHash);
        return unsealed with { Hash = unsealed.ComputeHash() };
    }

    /// <summary>
    /// The hash that it should have: SHA-256 over the byte 1, the hash before (32 bytes), number, time (milliseconds since 1970, UTC)
    /// and event (8, 8 and 4 bytes, the highest first), then name, address, actor and detail in UTF-8, before each its length in bytes
    /// (4 bytes).
    /// </summary>
    public string ComputeHash()
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        bytes.Write([Version]);
        bytes.Write(Convert.FromHexString(Previous));
        BinaryPrimitives.WriteInt64BigEndian(bytes.GetSpan(8), Number);
        bytes.Advance(8);
        BinaryPrimitives.WriteInt64BigEndian(bytes.GetSpan(8), Entry.Time.ToUnixTimeMilliseconds());
        bytes.Advance(8);
        WriteInt32((int)Entry.Event);
        foreach (string text in (string[])[Entry.Name, Entry.Address, Entry.Actor, Entry.Detail])
        {
            WriteInt32(Encoding.UTF8.GetByteCount(text));
            Encoding.UTF8.GetBytes(text, bytes);
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan));

        void WriteInt32(int value)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.GetSpan(4), value);
            bytes.Advance(4);
        }
    }

    /// <summary>Reads a document, whatever somebody may have made of it: what can't be read is left out, and the hash tells.</summary>
    public static SealedEntry FromDocument(BsonDocument document)
    {
        BsonValue number = document["_id"], what = document["Event"];
        return new SealedEntry(
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

    public BsonDocument ToDocument() => new()
    {
        ["_id"] = Number,
        ["Time"] = Entry.Time.ToUnixTimeMilliseconds(),
        ["Event"] = (int)Entry.Event,
        ["Name"] = Entry.Name,
        ["Address"] = Entry.Address,
        ["Actor"] = Entry.Actor,
        ["Detail"] = Entry.Detail,
        ["Previous"] = Convert.FromHexString(Previous),
        ["Hash"] = Convert.FromHexString(Hash),
    };
}
