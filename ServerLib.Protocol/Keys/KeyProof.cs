using System.Security.Cryptography;
using System.Text;

namespace ServerLib.Protocol;

/// <summary>
/// A client's proof that it holds a private key: RSASSA-PSS with SHA-256 (RFC 8017 section 8.1; MGF1 with SHA-256, 32 bytes of salt) over
/// bytes that no other connection, name, purpose or TLS server has.
/// </summary>
internal static class KeyProof
{
    /// <summary>How long a connection's nonce is.</summary>
    public const int NonceSize = 32;

    /// <summary>The purpose of a signature that logs in.</summary>
    public static ReadOnlySpan<byte> Login => "SLIB/2 login"u8;

    /// <summary>The purpose of a signature that shows who holds the key.</summary>
    public static ReadOnlySpan<byte> Possession => "SLIB/2 key"u8;

    /// <summary>The bytes that are signed.</summary>
    /// <param name="purpose"><see cref="Login"/> or <see cref="Possession"/>.</param>
    /// <param name="nonce">The connection's.</param>
    /// <param name="username">The name exactly as LOGIN has it, white space around it included.</param>
    /// <param name="serverEndPoint">The hash of the certificate that the server showed; empty outside of TLS.</param>
    public static byte[] Bytes(
        ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> nonce, string username, ReadOnlySpan<byte> serverEndPoint) =>
        [.. purpose, 0, .. nonce, .. Encoding.UTF8.GetBytes(username), 0, .. serverEndPoint];

    /// <summary>Signs what <see cref="Bytes"/> gave.</summary>
    /// <returns>The signature as base64.</returns>
    /// <exception cref="CryptographicException"><paramref name="key"/> has no private part.</exception>
    public static string Sign(RSA key, byte[] bytes) =>
        Convert.ToBase64String(key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));

    /// <summary>Whether a signature, as base64, is this key's over these bytes.</summary>
    public static bool IsRight(RSA key, byte[] bytes, string signature)
    {
        byte[] decoded = new byte[RsaPublicKey.MaxSize / 8];
        try
        {
            return Convert.TryFromBase64String(signature, decoded, out int length)
                && key.VerifyData(bytes, decoded.AsSpan(0, length), HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
