using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ServerLib.Files;

namespace ServerLib.Transport;

/// <summary>The certificate of a server that was given none: ECDSA P-256, signed by itself, kept with its key in one file.</summary>
internal static class SelfSignedCertificate
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(730);
    private static readonly TimeSpan Renewal = TimeSpan.FromDays(30);

    /// <summary>Whether it is time for the next one.</summary>
    public static bool IsEnding(DateTimeOffset notAfter, DateTimeOffset now) => notAfter - now < Renewal;

    /// <summary>Reads the file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="wasOpen">Whether others could read it. They can't any longer.</param>
    /// <exception cref="CryptographicException">It holds no certificate with its key.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
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

    /// <summary>Makes one.</summary>
    /// <param name="server">The address that is listened on.</param>
    /// <param name="now">When it begins.</param>
    /// <param name="save">Keeps certificate and private key, both as PEM.</param>
    public static X509Certificate2 Make(string server, DateTimeOffset now, Action<string> save)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Escaped(Environment.MachineName)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(NamesOf(server));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));

        // Clocks that are a little late shall take it, too.
        using X509Certificate2 made = request.CreateSelfSigned(now.AddHours(-1), now + Lifetime);
        save($"{made.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return Copy(made);
    }

    /// <summary>Writes it to a file, in place of the one that is there.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(string path, string pem)
    {
        OwnerOnly.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);

        // Written beside and moved, so that a crash leaves no half key.
        string temporary = path + ".new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, OwnerOnly.File(FileMode.CreateNew, FileShare.None)))
        {
            file.Write(Encoding.ASCII.GetBytes(pem));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static X509Extension NamesOf(string server)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        string machine = Environment.MachineName;
        if (Uri.CheckHostName(machine) == UriHostNameType.Dns && machine != "localhost")
            names.AddDnsName(machine);
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        var listened = IPAddress.Parse(server);
        if (!IPAddress.Any.Equals(listened) && !IPAddress.IPv6Any.Equals(listened) && !IPAddress.IsLoopback(listened))
            names.AddIpAddress(listened);
        return names.Build();
    }

    private static string Escaped(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>One whose key the system's TLS takes.</summary>
    private static X509Certificate2 Copy(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
}
