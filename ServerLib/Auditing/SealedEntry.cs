using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LiteDB;
using ServerLib.Files;

namespace ServerLib.Auditing;

/// <summary>An entry with its number and hashes.</summary>
/// <param name="Number">Counts from 1, without gaps.</param>
/// <param name="Entry">The content.</param>
/// <param name="Previous">The hash of the entry before it.</param>
/// <param name="Hash">The hash of this entry, as it is stored.</param>
internal sealed record SealedEntry(long Number, AuditEntry Entry, string Previous, string Hash)
{
    /// <summary>The version of the hash format.</summary>
    private const byte Version = 1;

    /// <summary>The number and hash.</summary>
    public AuditHead Head => new(Number, Hash);

    /// <summary>Whether the entry has hashes. Entries of old versions have none.</summary>
    public bool IsSealed => Hash != AuditHead.NoHash || Previous != AuditHead.NoHash;

    /// <summary>Adds number and hashes to an entry.</summary>
    public static SealedEntry Seal(AuditEntry entry, AuditHead previous)
    {
        var unsealed = new SealedEntry(previous.Number + 1, entry, previous.Hash, AuditHead.NoHash);
        return unsealed with { Hash = unsealed.ComputeHash() };
    }

    /// <summary>
    /// Computes the hash: SHA-256 over the byte 1, the hash of the entry before (32 bytes), number, time (milliseconds since 1970, UTC) and
    /// event (8, 8 and 4 bytes, big-endian), then name, address, actor and detail in UTF-8, each with its length in bytes before it (4 bytes,
    /// big-endian).
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

    /// <summary>Reads a document. Ignores invalid fields; the hash shows that they were changed.</summary>
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

    /// <summary>The content with number and hash.</summary>
    public AuditEntry ToPublic() => Entry with { Number = Number, Hash = IsSealed ? Hash : null };

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
