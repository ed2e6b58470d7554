using System.Security.Cryptography;

namespace ServerLib.Clients;

/// <summary>The SHA-256 fingerprint of a certificate as text.</summary>
internal static class TlsFingerprint
{
    /// <summary>Formats a fingerprint: upper-case hex, with colons between the bytes.</summary>
    public static string Format(byte[] hash) => BitConverter.ToString(hash).Replace('-', ':');

    /// <summary>Parses a fingerprint: hex in upper or lower case, with or without colons.</summary>
    /// <returns><see langword="null"/> if the text is not a SHA-256 fingerprint.</returns>
    public static byte[]? Parse(string? text)
    {
        string hex = (text ?? "").Replace(":", "", StringComparison.Ordinal).Trim();
        return hex.Length == 2 * SHA256.HashSizeInBytes && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : null;
    }
}
