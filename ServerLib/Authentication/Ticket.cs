using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ServerLib.Protocol;

namespace ServerLib.Authentication;

/// <summary>
/// What a ticket says. Sealed, it is the base64url of a version byte, the key's id, a nonce, and the content with its tag (AES-256-GCM, NIST
/// SP 800-38D). All times are in milliseconds since 1970, UTC.
/// </summary>
/// <param name="Alias">The account's name as registered.</param>
/// <param name="Stamp">The account's security stamp.</param>
/// <param name="IssuedAt">When it was issued.</param>
/// <param name="ExpiresAt">When it expires.</param>
/// <param name="LastLogin">When the user last logged in by password or key.</param>
internal sealed record Ticket(string Alias, Guid Stamp, long IssuedAt, long ExpiresAt, long LastLogin)
{
    private const byte Version = 1;
    private const int HeaderSize = 1 + sizeof(uint);
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int FixedSize = 16 + (3 * sizeof(long));
    private const int MinSize = HeaderSize + NonceSize + FixedSize + TagSize;

    /// <summary>Encrypts and authenticates the ticket.</summary>
    public string Seal(TicketKey key)
    {
        byte[] name = Encoding.UTF8.GetBytes(Alias);
        byte[] content = new byte[FixedSize + name.Length];
        Stamp.TryWriteBytes(content);
        BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(16), IssuedAt);
        BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(24), ExpiresAt);
        BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(32), LastLogin);
        name.CopyTo(content, FixedSize);

        byte[] bytes = new byte[MinSize + name.Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), key.Id);
        Span<byte> nonce = bytes.AsSpan(HeaderSize, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key.Secret, TagSize);
        aes.Encrypt(
            nonce, content, bytes.AsSpan(HeaderSize + NonceSize, content.Length), bytes.AsSpan(bytes.Length - TagSize), bytes.AsSpan(0, HeaderSize));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Opens a ticket.</summary>
    /// <param name="text">What a client has sent.</param>
    /// <param name="ring">The keys.</param>
    /// <param name="ticket">The ticket.</param>
    /// <returns>Whether it is authentic. It may have expired.</returns>
    public static bool TryOpen(string text, TicketKeyRing ring, [NotNullWhen(true)] out Ticket? ticket)
    {
        ticket = null;
        Span<byte> buffer = stackalloc byte[Base64Url.GetMaxDecodedLength(CompactControl.MaxTicket)];
        if (text.Length > CompactControl.MaxTicket
            || Base64Url.DecodeFromChars(text, buffer, out _, out int size) != OperationStatus.Done)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = buffer[..size];
        if (size < MinSize || bytes[0] != Version || ring.Find(BinaryPrimitives.ReadUInt32BigEndian(bytes[1..])) is not { } key)
            return false;
        Span<byte> content = stackalloc byte[size - HeaderSize - NonceSize - TagSize];
        try
        {
            using var aes = new AesGcm(key.Secret, TagSize);
            aes.Decrypt(
                bytes.Slice(HeaderSize, NonceSize), bytes.Slice(HeaderSize + NonceSize, content.Length), bytes[^TagSize..], content, bytes[..HeaderSize]);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        ticket = new Ticket(
            Encoding.UTF8.GetString(content[FixedSize..]),
            new Guid(content[..16]),
            BinaryPrimitives.ReadInt64BigEndian(content[16..]),
            BinaryPrimitives.ReadInt64BigEndian(content[24..]),
            BinaryPrimitives.ReadInt64BigEndian(content[32..]));
        return true;
    }
}
