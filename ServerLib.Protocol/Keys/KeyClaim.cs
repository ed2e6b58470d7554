using System.Security.Cryptography;
using System.Text;

namespace ServerLib.Protocol;

/// <summary>A client's claim that it holds a private key. It is not verified yet.</summary>
/// <param name="publicKey">The public key as PEM SubjectPublicKeyInfo, if it is well-formed.</param>
/// <param name="signature">The signature as base64, if it is well-formed.</param>
/// <param name="signed">The bytes that the client must have signed.</param>
internal sealed class KeyClaim(string publicKey, string signature, byte[] signed)
{
    /// <summary>Verifies the claim. It can take milliseconds.</summary>
    /// <returns>The public key as DER SubjectPublicKeyInfo; <see langword="null"/> if the key is refused or the signature is wrong.</returns>
    public byte[]? Prove()
    {
        using RSA? key = RsaPublicKey.Import(Encoding.UTF8.GetBytes(publicKey));
        return key is not null && KeyProof.IsValid(key, signed, signature) ? key.ExportSubjectPublicKeyInfo() : null;
    }
}
