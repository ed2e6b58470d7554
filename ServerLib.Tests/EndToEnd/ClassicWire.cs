using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ServerLib.Protocol;

namespace ServerLib.Tests.EndToEnd;

/// <summary>The frames of the classic protocol, written from its description so that the library's code is tested independently.</summary>
internal static class ClassicWire
{
    public const int HeaderSize = 64;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static byte[] Header(string text) => Encoding.ASCII.GetBytes(text.PadRight(HeaderSize));

    public static byte[] Plain(string text) => Plain(StrictUtf8.GetBytes(text));

    public static byte[] Plain(byte[] content) => [.. Header(Digits(content.Length)), .. content];

    public static byte[] Encrypted(RSA key, string text) => Encrypted(key, StrictUtf8.GetBytes(text));

    public static byte[] Encrypted(RSA key, byte[] plaintext) =>
        Sealed(Convert.ToBase64String(key.Encrypt(plaintext, RSAEncryptionPadding.OaepSHA256)));

    /// <summary>An encrypted frame with any content.</summary>
    public static byte[] Sealed(string content) => [.. EncryptedHeader(Digits(content.Length)), .. Encoding.ASCII.GetBytes(content)];

    public static byte[] EncryptedHeader(string digits) => Header(Convert.ToBase64String(Encoding.ASCII.GetBytes(digits)));

    public static int ReadPlainHeader(byte[] header) => ReadDigits(HeaderText(header));

    public static int ReadEncryptedHeader(byte[] header) =>
        ReadDigits(Encoding.ASCII.GetString(Convert.FromBase64String(HeaderText(header))));

    public static string ReadText(byte[] content) => StrictUtf8.GetString(content);

    private static string HeaderText(byte[] header)
    {
        if (header.Length != HeaderSize)
            throw new InvalidDataException($"A header of {header.Length} bytes.");
        string text = Encoding.ASCII.GetString(header).TrimEnd(' ');
        return text.Contains(' ') ? throw new InvalidDataException($"A space inside a header: '{text}'.") : text;
    }

    private static int ReadDigits(string digits)
    {
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit) || digits[0] == '0')
            throw new InvalidDataException($"Not a length that a client can take: '{digits}'.");
        return int.Parse(digits, CultureInfo.InvariantCulture);
    }

    private static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);
}
