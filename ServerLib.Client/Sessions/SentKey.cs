using System.Security.Cryptography;

namespace ServerLib.Clients;

/// <summary>A key that was sent to the server. It belongs to the application, which may have disposed it.</summary>
internal sealed class SentKey(RSA key)
{
    public RSA Key => key;

    public string Pem { get; } = key.ExportSubjectPublicKeyInfoPem();

    public string Fingerprint { get; } = UserKey.FingerprintOf(key.ExportSubjectPublicKeyInfo());
}
