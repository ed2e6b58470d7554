using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ServerLib.Accounts;

/// <summary>
/// The code of an invitation: its number, by which it is found, and 128 random bits, in hex. The hash of the whole is kept; with so
/// many bits to guess a quick one will do.
/// </summary>
internal static class InvitationCode
{
    private const int NumberSize = sizeof(uint);
    private const int Size = NumberSize + 16;

    public static string Make(long number)
    {
        Span<byte> code = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt32BigEndian(code, (uint)number);
        RandomNumberGenerator.Fill(code[NumberSize..]);
        return Convert.ToHexStringLower(code);
    }

    /// <summary>Reads a code, in either case.</summary>
    /// <returns>Its number and hash; those of no invitation where it is none.</returns>
    public static (long Number, byte[] Hash) Read(string code)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes.Clear();
        bool isCode = code.Length == 2 * Size
            && Convert.FromHexString(code, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        return (isCode ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0, SHA256.HashData(bytes));
    }
}
