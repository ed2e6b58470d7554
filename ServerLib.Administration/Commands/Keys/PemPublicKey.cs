using System.Security.Cryptography;

namespace ServerLib.Administration.Commands;

/// <summary>Reads a public key in PEM (RFC 7468 section 13).</summary>
internal static class PemPublicKey
{
    public const string Invalid = "this is not an RSA public key of 2048 to 8192 bits in PEM (-----BEGIN PUBLIC KEY-----)";

    /// <summary>The largest key takes 1,500 bytes.</summary>
    private const int MaxSize = 4 * 1024;

    /// <summary>Decodes the key. The database checks what kind of key it is.</summary>
    /// <param name="pem">PEM, or any text.</param>
    /// <param name="problem">What is wrong; empty if the key could be decoded.</param>
    /// <returns>The key as DER; empty if there is a problem.</returns>
    public static byte[] Decode(string pem, out string problem)
    {
        string text = pem.Trim();
        problem = FindSecret(text) ?? "";
        if (problem.Length == 0 && text.Length <= MaxSize && PemEncoding.TryFind(text, out PemFields fields)
            && fields.Location.GetOffsetAndLength(text.Length) == (0, text.Length) && text[fields.Label] == "PUBLIC KEY")
        {
            return Convert.FromBase64String(text[fields.Base64Data]);
        }

        if (problem.Length == 0)
            problem = Invalid;
        return [];
    }

    /// <summary>Says that a text is a private key, which must not be sent to the server; <see langword="null"/> if it is none.</summary>
    public static string? FindSecret(string pem) => pem.Contains("PRIVATE KEY", StringComparison.Ordinal)
        ? "this is a private key, which must stay secret; give its public key: openssl pkey -in FILE -pubout"
        : null;
}
