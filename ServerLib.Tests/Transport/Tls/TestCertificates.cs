using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ServerLib.Tests.Transport;

/// <summary>An authority, and certificates that it issues.</summary>
internal sealed class TestCertificates : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly X509Certificate2 _root;

    public TestCertificates()
    {
        _root = MakeAuthority("Test root", null);
        Authority = MakeAuthority("Test authority", _root);
    }

    /// <summary>The authority's certificate, which a root has issued.</summary>
    public X509Certificate2 Authority { get; }

    public X509Certificate2 Root => _root;

    /// <summary>A certificate with its private key.</summary>
    public X509Certificate2 Issue(string name, int days = 10, bool forClients = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid(forClients ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1")], false));
        using X509Certificate2 issued = request.Create(Authority, Now.AddHours(-1), Now.AddDays(days), [1, 2, (byte)name.Length]);
        using X509Certificate2 withKey = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }

    /// <summary>A certificate's private key as PEM.</summary>
    public static string KeyOf(X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>Writes a file that only its owner can read.</summary>
    public static void Write(string path, params string[] pem) => WriteBytes(path, System.Text.Encoding.ASCII.GetBytes(string.Join('\n', pem)));

    public static void WriteBytes(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Dispose()
    {
        Authority.Dispose();
        _root.Dispose();
    }

    private static X509Certificate2 MakeAuthority(string name, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        if (issuer is null)
            return request.CreateSelfSigned(Now.AddDays(-2), Now.AddDays(500));
        using X509Certificate2 issued = request.Create(issuer, Now.AddDays(-1), Now.AddDays(400), [7]);
        return issued.CopyWithPrivateKey(key);
    }
}
