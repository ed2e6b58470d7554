using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace ServerLib.Protocol;

/// <summary>
/// Takes a peer's RSA public key, and nothing else: not a private key, another algorithm, or a size or exponent that harms.
/// </summary>
internal static class RsaPublicKey
{
    public const int MinSize = 2048;
    public const int MaxSize = 8192;

    // The largest key takes 1,500 bytes. Looking for PEM's lines costs much in a long text that has many.
    private const int MaxPemSize = 4 * 1024;

    // A long exponent makes each encryption cost the server as much as a decryption.
    private const int MaxExponentBytes = 4;

    // Of 65,537: 17 bits, of which two are set.
    private const int StepsOfCommonExponent = 19;

    /// <summary>Imports a PEM SubjectPublicKeyInfo (RFC 7468 section 13).</summary>
    /// <returns>The key, or <see langword="null"/> when it is refused.</returns>
    public static RSA? Import(ReadOnlySpan<byte> pem)
    {
        if (pem.Length > MaxPemSize)
            return null;
        string text = Encoding.ASCII.GetString(pem).Trim();
        if (!PemEncoding.TryFind(text, out PemFields fields)
            || fields.Location.GetOffsetAndLength(text.Length) != (0, text.Length)
            || text[fields.Label] != "PUBLIC KEY")
        {
            return null;
        }

        byte[] der = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64String(text[fields.Base64Data], der, out int length) ? ImportDer(der.AsSpan(0, length)) : null;
    }

    /// <summary>Imports a DER SubjectPublicKeyInfo.</summary>
    /// <returns>The key, or <see langword="null"/> when it is refused.</returns>
    public static RSA? ImportDer(ReadOnlySpan<byte> der)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportSubjectPublicKeyInfo(der, out int read);
            if (read == der.Length && IsAcceptable(rsa.ExportParameters(includePrivateParameters: false)))
                return rsa;
        }
        catch (CryptographicException)
        {
            // Malformed is refused like the rest.
        }

        rsa.Dispose();
        return null;
    }

    /// <summary>
    /// What it costs to encrypt with a key, about, where it was measured: the square of its size, a step for each bit of its exponent.
    /// </summary>
    public static int MicrosecondsFor(RSA key)
    {
        uint exponent = (uint)new BigInteger(key.ExportParameters(includePrivateParameters: false).Exponent, isUnsigned: true, isBigEndian: true);
        int steps = BitOperations.Log2(exponent) + 1 + BitOperations.PopCount(exponent);
        int words = key.KeySize / 512;
        return 16 + words * words * 4 * steps / (3 * StepsOfCommonExponent);
    }

    private static bool IsAcceptable(RSAParameters key)
    {
        ReadOnlySpan<byte> modulus = key.Modulus.AsSpan().TrimStart((byte)0);
        ReadOnlySpan<byte> exponent = key.Exponent.AsSpan().TrimStart((byte)0);
        if (modulus.IsEmpty || exponent.IsEmpty || exponent.Length > MaxExponentBytes)
            return false;
        int bits = (modulus.Length - 1) * 8 + int.Log2(modulus[0]) + 1;
        return bits is >= MinSize and <= MaxSize
            && (modulus[^1] & 1) == 1
            && (exponent[^1] & 1) == 1
            && (exponent.Length > 1 || exponent[0] >= 3);
    }
}
