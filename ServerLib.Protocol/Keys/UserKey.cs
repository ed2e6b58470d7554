using System.Security.Cryptography;

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
}
