using System.Security.Cryptography;

namespace ServerLib;

/// <summary>A public key with which an account can be logged in to.</summary>
/// <param name="Name">What its owner calls it; no two of an account are the same, compared as users' names are.</param>
/// <param name="Fingerprint">What <see cref="FingerprintOf"/> says of it.</param>
/// <param name="Added">When it was added.</param>
/// <param name="LastUsed">When it was last logged in with; <see langword="null"/> when it never was.</param>
public sealed record UserKey(string Name, string Fingerprint, DateTimeOffset Added, DateTimeOffset? LastUsed = null)
{
    /// <summary>The fingerprint of a key: <c>SHA256:</c> and the hash in base64 without padding.</summary>
    /// <param name="publicKey">The key as DER SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).</param>
    public static string FingerprintOf(ReadOnlySpan<byte> publicKey) => $"SHA256:{Convert.ToBase64String(SHA256.HashData(publicKey)).TrimEnd('=')}";
}
