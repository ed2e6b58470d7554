using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography;
using System.Text;
using ServerLib.Administration;

namespace ServerLib.Cli.Chat;

/// <summary>
/// A person's certificate for servers that ask for one: PEM, its private key in the same file or in another one, which has to be its
/// owner's alone, with a passphrase or without. Every way in which they can be wrong is one sentence.
/// </summary>
/// <param name="currentDirectory">Where relative paths start.</param>
/// <param name="console">Where a passphrase is asked for.</param>
internal sealed class ClientCertificateFiles(string currentDirectory, IChatConsole console)
{
    /// <returns>The certificate with its key; <see langword="null"/> when the person doesn't say the passphrase.</returns>
    /// <exception cref="WrongUsageException">It can't be used.</exception>
    public async Task<X509Certificate2?> LoadAsync(string file, string? keyFile, CancellationToken cancellationToken)
    {
        string certificates = Read(file, out bool isOpenToOthers);
        string keys = keyFile is null ? certificates : Read(keyFile, out isOpenToOthers);
        string keyName = TextSanitizer.Escape(keyFile ?? file);
        if (certificates.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal)
            && !keys.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new WrongUsageException(
                $"{keyName} holds no private key{(keyFile is null ? "; name the file with the key in --certificate-key" : "")}");
        }

        if (isOpenToOthers)
            throw new WrongUsageException($"others than the owner may use the private key in {keyName}: chmod 600 it");
        string? passphrase = null;
        if (keys.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal))
        {
            if (!console.CanAsk)
                throw new WrongUsageException($"there is nobody to ask for the passphrase of {keyName}");
            passphrase = await console.ReadLineAsync($"Passphrase of {keyName}: ", isSecret: true, cancellationToken).ConfigureAwait(false);
            if (passphrase is null)
                return null;
        }

        try
        {
            using X509Certificate2 read = passphrase is null
                ? X509Certificate2.CreateFromPem(certificates, keys)
                : X509Certificate2.CreateFromEncryptedPem(certificates, keys, passphrase);

            // A copy whose key the system's TLS takes, which on Windows is none that came from PEM.
            return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or NotSupportedException)
        {
            string why = passphrase is null ? e.Message : $"{e.Message} Is the passphrase right?";
            throw new WrongUsageException($"{TextSanitizer.Escape(file)} is no certificate, with its private key, as PEM: {TextSanitizer.Escape(why)}");
        }
    }

    private string Read(string file, out bool isOpenToOthers)
    {
        try
        {
            return Encoding.UTF8.GetString(SecretFile.ReadAllBytes(Path.Combine(currentDirectory, file), out isOpenToOthers));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WrongUsageException($"the certificate can't be read: {TextSanitizer.Escape(e.Message)}");
        }
    }
}
