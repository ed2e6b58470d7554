using System.Security.Cryptography;
using System.Text;

namespace ServerLib.Protocol;

/// <summary>
/// A client's proof that it holds a private key: an RSASSA-PSS signature with SHA-256 (RFC 8017 section 8.1; MGF1 with SHA-256, 32 bytes
/// of salt). The signed bytes are unique to the connection, name, purpose and TLS server.
/// </summary>
internal static class KeyProof
{
    /// <summary>The length of a connection's nonce, in bytes.</summary>
    public const int NonceSize = 32;

    /// <summary>The purpose of a signature for a login.</summary>
    public static ReadOnlySpan<byte> Login => "SLIB/2 login"u8;

    /// <summary>The purpose of a signature that proves to other users who holds the key.</summary>
    public static ReadOnlySpan<byte> Possession => "SLIB/2 key"u8;

    /// <summary>The bytes to sign.</summary>
    /// <param name="purpose"><see cref="Login"/> or <see cref="Possession"/>.</param>
    /// <param name="nonce">The connection's nonce.</param>
    /// <param name="username">The name exactly as in LOGIN, including white space around it.</param>
    /// <param name="serverEndPoint">The hash of the certificate that the server presented; empty without TLS.</param>
    public static byte[] Bytes(
        ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> nonce, string username, ReadOnlySpan<byte> serverEndPoint) =>
        [.. purpose, 0, .. nonce, .. Encoding.UTF8.GetBytes(username), 0, .. serverEndPoint];

    /// <summary>Signs the result of <see cref="Bytes"/>.</summary>
    /// <returns>The signature as base64.</returns>
    /// <exception cref="CryptographicException"><paramref name="key"/> has no private part.</exception>
    public static string Sign(RSA key, byte[] bytes) =>
        Convert.ToBase64String(key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));

    /// <summary>Whether a base64 signature of these bytes was made with this key.</summary>
    public static bool IsValid(RSA key, byte[] bytes, string signature)
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
