using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>A public key that can log in to an account.</summary>
/// <param name="Name">The key's name, unique in the account. It is compared like user names.</param>
/// <param name="Fingerprint">The key's fingerprint, as returned by <see cref="FingerprintOf"/>.</param>
/// <param name="Added">When it was added.</param>
/// <param name="LastUsed">When it was last used for a login; <see langword="null"/> if never.</param>
public sealed record UserKey(string Name, string Fingerprint, DateTimeOffset Added, DateTimeOffset? LastUsed = null)
{
    /// <summary>The fingerprint of a key: <c>SHA256:</c>, then the hash in base64 without padding.</summary>
    /// <param name="publicKey">The key as DER SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).</param>
    public static string FingerprintOf(ReadOnlySpan<byte> publicKey) => $"SHA256:{Convert.ToBase64String(SHA256.HashData(publicKey)).TrimEnd('=')}";

    /// <summary>
    /// Gets the fingerprint with which a key logs in. A key has several DER encodings; this fingerprint is the same for all of them.
    /// </summary>
    /// <param name="publicKey">The key as DER SubjectPublicKeyInfo; any bytes.</param>
    /// <param name="fingerprint">The fingerprint, if the key is an RSA public key of 2048 to 8192 bits.</param>
    public static bool TryGetFingerprint(ReadOnlySpan<byte> publicKey, [NotNullWhen(true)] out string? fingerprint)
    {
        using RSA? key = RsaPublicKey.ImportDer(publicKey);

        // Logins use the encoding that .NET exports.
        fingerprint = key is null ? null : FingerprintOf(key.ExportSubjectPublicKeyInfo());
        return fingerprint is not null;
    }
}
