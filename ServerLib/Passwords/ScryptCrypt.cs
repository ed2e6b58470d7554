using System.Text;

namespace ServerLib.Passwords;

/// <summary>
/// Reads scrypt as a crypt string: <c>$7$</c>, one character for the logarithm of N, five each for r and p, the salt, <c>$</c> and the hash.
/// Its base64 begins with the low bits.
/// </summary>
internal static class ScryptCrypt
{
    public const string Prefix = "$7$";

    private const string Alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int DigitBits = 6;
    private const int NumberLength = 5;
    private const int SaltStart = 14;
    private const int MaxSalt = 64;
    private const int HashSize = 32;
    private const int HashLength = 43;

    /// <exception cref="FormatException">It cannot be used. The message says why.</exception>
    public static ScryptHash Parse(string text)
    {
        int end = text.LastIndexOf('$');
        if (end < SaltStart || end - SaltStart > MaxSalt || text.Length - end - 1 != HashLength)
            throw new FormatException("it has the wrong length");
        string salt = text[SaltStart..end];
        if (!Ascii.IsValid(salt) || salt.Contains('$', StringComparison.Ordinal))
            throw new FormatException("its salt is not valid");
        return ScryptHash.Create(
            Digit(text[Prefix.Length]),
            Number(text.AsSpan(Prefix.Length + 1, NumberLength)),
            Number(text.AsSpan(Prefix.Length + 1 + NumberLength, NumberLength)),
            Encoding.ASCII.GetBytes(salt),
            Bytes(text.AsSpan(end + 1)));
    }

    private static int Digit(char c) => Alphabet.IndexOf(c, StringComparison.Ordinal) is >= 0 and var digit
        ? digit
        : throw new FormatException("its base64 is not valid");

    private static int Number(ReadOnlySpan<char> digits)
    {
        int number = 0;
        for (int i = 0; i < digits.Length; i++)
            number |= Digit(digits[i]) << (i * DigitBits);
        return number;
    }

    private static byte[] Bytes(ReadOnlySpan<char> digits)
    {
        byte[] bytes = new byte[HashSize];
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = Digit(digits[i]), bit = i * DigitBits, first = bit / 8;
            int shifted = digit << (bit % 8);
            bytes[first] |= (byte)shifted;
            if (first + 1 < bytes.Length)
                bytes[first + 1] |= (byte)(shifted >> 8);
        }

        return bytes;
    }
}
