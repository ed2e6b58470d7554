using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ServerLib.Files;

namespace ServerLib.Transport;

/// <summary>The certificate of a server without a configured one: ECDSA P-256, self-signed, stored with its key in one file.</summary>
internal static class SelfSignedCertificate
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(730);
    private static readonly TimeSpan Renewal = TimeSpan.FromDays(30);

    /// <summary>The file that keeps the previous certificate.</summary>
    public static string PreviousPath(string path) => path + ".old";

    /// <summary>Whether the certificate must be renewed.</summary>
    public static bool NeedsRenewal(DateTimeOffset notAfter, DateTimeOffset now) => notAfter - now < Renewal;

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="wasOpen">Whether other users could read the file. They no longer can.</param>
    /// <exception cref="CryptographicException">The file does not contain a certificate with its key.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static X509Certificate2 Load(string path, out bool wasOpen)
    {
        bool isOpen = false;
        string pem = Encoding.ASCII.GetString(SmallFile.ReadBytes(path, file =>
        {
            isOpen = OwnerOnly.IsOpenToOthers(file);
            if (isOpen)
                OwnerOnly.Restrict(file);
        }));
        wasOpen = isOpen;
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem, pem);
        return Copy(certificate);
    }

    /// <summary>Creates a certificate.</summary>
    /// <param name="listened">The addresses on which the server listens.</param>
    /// <param name="now">The current time.</param>
    /// <param name="since">When the certificate that it replaces became valid. The new one is valid then, too, even if the clock is wrong.</param>
    /// <param name="save">Stores the certificate and its private key, both as PEM.</param>
    public static X509Certificate2 Create(IEnumerable<IPAddress> listened, DateTimeOffset now, DateTimeOffset? since, Action<string> save)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Escaped(Environment.MachineName)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(NamesOf(listened));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));

        // Clients whose clocks are slow accept it, too.
        DateTimeOffset notBefore = since < now.AddHours(-1) ? since.Value : now.AddHours(-1);
        using X509Certificate2 created = request.CreateSelfSigned(notBefore, now + Lifetime);
        save($"{created.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return Copy(created);
    }

    /// <summary>
    /// Writes the file, and keeps a copy of an existing one under <see cref="PreviousPath"/>. The file exists at any time: without it, a start
    /// after a crash would create another key.
    /// </summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(string path, string pem)
    {
        OwnerOnly.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (File.Exists(path))
            Replace(PreviousPath(path), SmallFile.ReadBytes(path));
        Replace(path, Encoding.ASCII.GetBytes(pem));
    }

    /// <summary>Writes to a temporary file and moves it, so that a crash leaves no incomplete key.</summary>
    private static void Replace(string path, byte[] contents)
    {
        string temporary = path + ".new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, OwnerOnly.File(FileMode.CreateNew, FileShare.None)))
        {
            file.Write(contents);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static X509Extension NamesOf(IEnumerable<IPAddress> listened)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        string machine = Environment.MachineName;
        if (Uri.CheckHostName(machine) == UriHostNameType.Dns && machine != "localhost")
            names.AddDnsName(machine);
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        foreach (IPAddress address in listened.Distinct())
        {
            if (!IPAddress.Any.Equals(address) && !IPAddress.IPv6Any.Equals(address) && !IPAddress.IsLoopback(address))
                names.AddIpAddress(address);
        }

        return names.Build();
    }

    private static string Escaped(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A copy whose key the TLS library accepts on every system.</summary>
    private static X509Certificate2 Copy(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
}
