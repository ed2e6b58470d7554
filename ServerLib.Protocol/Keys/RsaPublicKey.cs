using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace ServerLib.Protocol;

/// <summary>Imports the RSA public keys of peers. It refuses private keys, other algorithms, and harmful sizes and exponents.</summary>
internal static class RsaPublicKey
{
    /// <summary>The smallest accepted key, in bits.</summary>
    public const int MinSize = 2048;

    /// <summary>The largest accepted key, in bits.</summary>
    public const int MaxSize = 8192;

    // The largest key takes 1,500 bytes. Searching a long text for PEM boundaries can be slow.
    private const int MaxPemSize = 4 * 1024;

    // With a long exponent, each encryption would cost the server as much as a decryption.
    private const int MaxExponentBytes = 4;

    // The exponent 65,537 has 17 bits, of which two are set.
    private const int StepsOfCommonExponent = 19;

    /// <summary>Imports a PEM SubjectPublicKeyInfo (RFC 7468 section 13).</summary>
    /// <returns>The key, or <see langword="null"/> if it is refused.</returns>
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
    /// <returns>The key, or <see langword="null"/> if it is refused.</returns>
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
            // A malformed key is refused like any other.
        }

        rsa.Dispose();
        return null;
    }

    /// <summary>
    /// Estimates the time of one encryption: it grows with the square of the key's size, and with the bits of its exponent. The factors were
    /// measured.
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
