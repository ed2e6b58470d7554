using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ServerLib;

/// <summary>An entry of the audit trail as an <see cref="IAuditStore"/> stores it: with its number and hashes.</summary>
/// <param name="Number">Counts from 1, without gaps.</param>
/// <param name="Entry">The content, without number and hash.</param>
/// <param name="Previous">The hash of the entry before it: 64 lower-case hexadecimal digits, as the next one.</param>
/// <param name="Hash">The hash of this entry, as it is stored.</param>
public sealed record AuditRecord(long Number, AuditEntry Entry, string Previous, string Hash)
{
    /// <summary>The version of the hash format.</summary>
    private const byte Version = 1;

    /// <summary>The number and hash.</summary>
    public AuditHead Head => new(Number, Hash);

    /// <summary>Whether the entry has hashes. Those that an early version wrote have none.</summary>
    public bool IsSealed => Hash != AuditHead.NoHash || Previous != AuditHead.NoHash;

    /// <summary>Adds number and hashes to an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="previous">The head before it; <see cref="AuditHead.None"/> for the first entry.</param>
    public static AuditRecord Seal(AuditEntry entry, AuditHead previous)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(previous);
        var unsealed = new AuditRecord(previous.Number + 1, entry, previous.Hash, AuditHead.NoHash);
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

    /// <summary>The content with number and hash.</summary>
    public AuditEntry ToEntry() => Entry with { Number = Number, Hash = IsSealed ? Hash : null };
}
