using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ServerLib.Accounts;

/// <summary>
/// The code of an invitation, in hexadecimal: the invitation's number, by which it is found, and 128 random bits. Only its SHA-256 is stored.
/// A slow hash is not needed for so many random bits.
/// </summary>
internal static class InvitationCode
{
    private const int NumberSize = sizeof(uint);
    private const int Size = NumberSize + 16;

    public static string Create(long number)
    {
        Span<byte> code = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt32BigEndian(code, (uint)number);
        RandomNumberGenerator.Fill(code[NumberSize..]);
        return Convert.ToHexStringLower(code);
    }

    /// <summary>Parses a code in upper or lower case.</summary>
    /// <returns>Its number and hash. For any other text, these match no invitation.</returns>
    public static (long Number, byte[] Hash) Parse(string code)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes.Clear();
        bool isCode = code.Length == 2 * Size
            && Convert.FromHexString(code, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        return (isCode ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0, SHA256.HashData(bytes));
    }
}
