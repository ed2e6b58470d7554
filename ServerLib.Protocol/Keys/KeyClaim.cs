using System.Security.Cryptography;
using System.Text;

namespace ServerLib.Protocol;

/// <summary>That a client says it holds a private key, not looked into yet.</summary>
/// <param name="publicKey">What should be PEM SubjectPublicKeyInfo.</param>
/// <param name="signature">What should be a signature, as base64.</param>
/// <param name="signed">The bytes that it should be over.</param>
internal sealed class KeyClaim(string publicKey, string signature, byte[] signed)
{
    /// <summary>Looks into it; up to milliseconds of work.</summary>
    /// <returns>The public key as SubjectPublicKeyInfo; <see langword="null"/> when the key is refused or the signature is wrong.</returns>
    public byte[]? Prove()
    {
        using RSA? key = RsaPublicKey.Import(Encoding.UTF8.GetBytes(publicKey));
        return key is not null && KeyProof.IsRight(key, signed, signature) ? key.ExportSubjectPublicKeyInfo() : null;
    }
}
