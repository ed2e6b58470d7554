using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ServerLib.Files;

namespace ServerLib.Transport;

/// <summary>The certificate files that an admin gives. Every way in which they can be wrong is one sentence that names the file.</summary>
/// <param name="options">Which they are.</param>
internal sealed class CertificateFiles(ServerOptions options)
{
    private const int MinRsaSize = 2048;

    // RFC 5280, section 4.2.1.12.
    private static readonly string[] ForServers = ["1.3.6.1.5.5.7.3.1", "2.5.29.37.0"];

    private string CertificatePath => InData(options.Tls.CertificateFile!);

    /// <summary>Whether it is what reading such a file, or making a certificate of what it holds, throws.</summary>
    public static bool IsUnusable(Exception e) =>
        e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or NotSupportedException;

    /// <summary>A hash of all that they hold; another one when anything has changed.</summary>
    /// <exception cref="IOException">One can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">One may not be read.</exception>
    public string Stamp()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string? file in (string?[])[options.Tls.CertificateFile, options.Tls.CertificateKeyFile, options.Tls.ClientCertificateAuthorities])
        {
            if (file is not null)
                hash.AppendData(SHA256.HashData(Read(InData(file), out _)));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Whether two groups of options name the same files, and ask the same of clients.</summary>
    public static bool NamesSame(ServerTlsOptions left, ServerTlsOptions right) =>
        (left.CertificateFile, left.CertificateKeyFile, left.CertificatePassword, left.ClientCertificates, left.ClientCertificateAuthorities)
        == (right.CertificateFile, right.CertificateKeyFile, right.CertificatePassword, right.ClientCertificates, right.ClientCertificateAuthorities);

    /// <summary>Loads the configured certificate.</summary>
    /// <exception cref="ServerLibException">The certificate can't be used.</exception>
    public TlsIdentity Load()
    {
        string what = CertificatePath;
        try
        {
            byte[] bytes = Read(what, out bool isOpen);
            var chain = new X509Certificate2Collection();
            bool isPem = bytes.AsSpan().IndexOf("-----BEGIN "u8) >= 0;
            X509Certificate2 leaf = isPem ? LoadPem(bytes, isOpen, chain) : LoadPfx(bytes, isOpen, chain);
            return Identity(leaf, chain);
        }
        catch (Exception e) when (IsUnusable(e))
        {
            throw Unusable(what, e.Message, e);
        }
    }

    /// <summary>Adds the configuration of client certificates to a certificate.</summary>
    /// <exception cref="ServerLibException">The authorities' file can't be used.</exception>
    public TlsIdentity Identity(X509Certificate2 leaf, X509Certificate2Collection? chain = null)
    {
        if (options.Tls.ClientCertificates == ClientCertificateMode.None)
            return new TlsIdentity(leaf, chain);
        return new TlsIdentity(leaf, chain, options.Tls.ClientCertificates, LoadAuthorities());
    }

    /// <summary>Loads the certificates of the authorities that issue those of clients.</summary>
    /// <exception cref="ServerLibException">The authorities' file can't be used.</exception>
    public X509Certificate2Collection LoadAuthorities()
    {
        string path = InData(options.Tls.ClientCertificateAuthorities!);
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(Encoding.UTF8.GetString(Read(path, out _)));
            if (authorities.Count == 0)
                throw new CryptographicException("it holds no certificate");
            return authorities;
        }
        catch (Exception e) when (IsUnusable(e))
        {
            throw Unusable(path, e.Message, e);
        }
    }

    private X509Certificate2 LoadPem(byte[] bytes, bool isOpen, X509Certificate2Collection chain)
    {
        string certificates = Encoding.UTF8.GetString(bytes);
        chain.ImportFromPem(certificates);
        if (chain.Count == 0)
            throw new CryptographicException("it holds no certificate");
        using X509Certificate2 first = chain[0];
        chain.RemoveAt(0);

        string keys = certificates;
        string keyPath = CertificatePath;
        if (options.Tls.CertificateKeyFile is { } keyFile)
        {
            keyPath = InData(keyFile);
            keys = Encoding.UTF8.GetString(Read(keyPath, out isOpen));
        }

        if (!keys.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new CryptographicException(options.Tls.CertificateKeyFile is null
                ? "it holds no private key; name the file with the key in CertificateKeyFile"
                : $"{keyPath} (CertificateKeyFile) holds no private key");
        }

        RefuseOpen(keyPath, isOpen);
        using X509Certificate2 leaf = WithKey(certificates, keys, keyPath);
        return Usable(leaf);
    }

    private X509Certificate2 WithKey(string certificates, string keys, string keyPath)
    {
        bool isEncrypted = keys.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal);
        if (isEncrypted && options.Tls.CertificatePassword is null)
            throw new CryptographicException($"the private key in {keyPath} has a password; give it as CertificatePassword");
        if (!isEncrypted && options.Tls.CertificatePassword is not null)
            throw new CryptographicException($"the private key in {keyPath} has no password that could be read; leave CertificatePassword out");
        try
        {
            return isEncrypted
                ? X509Certificate2.CreateFromEncryptedPem(certificates, keys, options.Tls.CertificatePassword)
                : X509Certificate2.CreateFromPem(certificates, keys);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            string password = isEncrypted ? "CertificatePassword is not its password, " : "";
            throw new CryptographicException(
                $"the private key in {keyPath} is of no use: {password}it is another certificate's, or it is damaged", e);
        }
    }

    private X509Certificate2 LoadPfx(byte[] bytes, bool isOpen, X509Certificate2Collection chain)
    {
        if (!IsPfx(bytes))
            throw new CryptographicException("it holds no certificate, neither as PEM nor as PFX");
        RefuseOpen(CertificatePath, isOpen);
        X509Certificate2Collection all = OpenPfx(bytes);
        X509Certificate2 leaf = all.FirstOrDefault(certificate => certificate.HasPrivateKey)
            ?? throw new CryptographicException("it holds no private key");
        chain.AddRange(all.Where(certificate => certificate != leaf).ToArray());
        return Usable(leaf);
    }

    private X509Certificate2Collection OpenPfx(byte[] bytes)
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12Collection(bytes, options.Tls.CertificatePassword);
        }
        catch (CryptographicException e)
        {
            throw new CryptographicException(
                options.Tls.CertificatePassword is null
                    ? "it has a password, which has to be given as CertificatePassword, or it is damaged"
                    : "CertificatePassword is not its password, or it is damaged",
                e);
        }
    }

    private static bool IsPfx(byte[] bytes)
    {
        try
        {
            return bytes.Length > 0 && X509Certificate2.GetCertContentType(bytes) == X509ContentType.Pfx;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>A copy whose key the TLS library accepts. On Windows, it does not accept a key from PEM.</summary>
    private static X509Certificate2 Usable(X509Certificate2 leaf)
    {
        using RSA? rsa = leaf.GetRSAPublicKey();
        using ECDsa? ecdsa = leaf.GetECDsaPublicKey();
        if (rsa is null && ecdsa is null)
            throw new CryptographicException("its key is neither RSA nor ECDSA");
        if (rsa?.KeySize < MinRsaSize)
            throw new CryptographicException($"its RSA key has {rsa.KeySize} bits; {MinRsaSize} or more are needed");
        if (leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } usage
            && !usage.EnhancedKeyUsages.Cast<Oid>().Any(purpose => ForServers.Contains(purpose.Value)))
        {
            throw new CryptographicException("it is for other purposes than a server's (extended key usage), so clients refuse it");
        }

        return X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    private static void RefuseOpen(string path, bool isOpen)
    {
        if (isOpen)
            throw new UnauthorizedAccessException($"other users can access the private key in {path}; run: chmod 600 {path}");
    }

    private static byte[] Read(string path, out bool isOpen)
    {
        bool isOpenToOthers = false;
        byte[] bytes = SmallFile.ReadBytes(path, file => isOpenToOthers = OwnerOnly.IsOpenToOthers(file));
        isOpen = isOpenToOthers;
        return bytes;
    }

    private string InData(string file) => Path.Combine(options.DataDirectory, file);

    private static ServerLibException Unusable(string path, string why, Exception cause) =>
        ServerLibException.Wrap(
            new ServerLibException($"The certificate '{path}' cannot be used: {why}", cause) { IsConfiguration = true }, nameof(CertificateFiles));
}
