using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Crypto.Generators;

namespace ServerLib.Passwords;

/// <summary>A bcrypt hash, <c>$2b$12$</c> with 22 characters of salt and 31 of hash, computed by BouncyCastle.</summary>
internal sealed partial record BcryptHash(int Cost, byte[] Salt, byte[] Hash) : IImportedHash
{
    /// <summary>The largest cost. It takes about four seconds.</summary>
    public const int MaxCost = 16;

    private const int MinCost = 4;
    private const int MaxPassword = 72;
    private const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string Base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// <exception cref="FormatException">It cannot be used. The message says why.</exception>
    public static BcryptHash Parse(string text)
    {
        if (Form().Match(text) is not { Success: true, Groups: var part })
            throw new FormatException("its bcrypt string is not valid; it may be cut off");
        int cost = int.Parse(part["cost"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
        return cost switch
        {
            < MinCost => throw new FormatException("its parameters are out of range"),
            > MaxCost => throw new FormatException("it takes too much time"),
            _ => new BcryptHash(cost, Decode(part["salt"].Value + "..")[..16], Decode(part["hash"].Value + ".")[..23]),
        };
    }

    public bool Verify(ReadOnlySpan<byte> password)
    {
        // The password ends with a zero byte, and bcrypt ignores everything after 72 bytes.
        byte[] input = new byte[Math.Min(password.Length + 1, MaxPassword)];
        password[..Math.Min(password.Length, MaxPassword)].CopyTo(input);
        try
        {
            byte[] computed = BCrypt.Generate(input, Salt, Cost, addTerminator: false);
            return CryptographicOperations.FixedTimeEquals(computed.AsSpan(0, Hash.Length), Hash);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(input);
        }
    }

    private static byte[] Decode(string text) =>
        Convert.FromBase64String(string.Concat(text.Select(c => Base64[Alphabet.IndexOf(c, StringComparison.Ordinal)])));

    [GeneratedRegex(@"\A\$2[aby]\$(?<cost>[0-9]{2})\$(?<salt>[./A-Za-z0-9]{22})(?<hash>[./A-Za-z0-9]{31})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
