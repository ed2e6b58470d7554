using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ServerLib.Authentication;

/// <summary>Recognizes wrong passwords that come again by a keyed hash, which does not reveal the password.</summary>
/// <param name="key">The key of the hash, <see cref="KeySize"/> bytes.</param>
internal sealed class PasswordTags(byte[] key)
{
    public const int KeySize = 32;

    public byte[] Key => key;

    /// <summary>The tag of a password for an account: the first 8 bytes of an HMAC-SHA-256 over both.</summary>
    public ulong Of(string account, string password)
    {
        byte[] text = Encoding.UTF8.GetBytes($"{account}\0{password}");
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, text, hash);
        CryptographicOperations.ZeroMemory(text);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
