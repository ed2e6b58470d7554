using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ServerLib.Administration;
using ServerLib.Cli.Terminal;

namespace ServerLib.Cli.Chat;

/// <summary>
/// Loads a client certificate from PEM files. Its private key is in the same file or in another one, with or without a passphrase. It
/// refuses a private key that other users can access.
/// </summary>
/// <param name="currentDirectory">The base of relative paths.</param>
/// <param name="console">Asks for passphrases.</param>
internal sealed class ClientCertificateFiles(string currentDirectory, ILineConsole console)
{
    /// <returns>The certificate with its key; <see langword="null"/> if the user gives no passphrase.</returns>
    /// <exception cref="WrongUsageException">The files cannot be used.</exception>
    public async Task<X509Certificate2?> LoadAsync(string file, string? keyFile, CancellationToken cancellationToken)
    {
        string certificates = Read(file, out bool isOpenToOthers);
        string keys = keyFile is null ? certificates : Read(keyFile, out isOpenToOthers);
        string keyName = TextSanitizer.Escape(keyFile ?? file);
        if (certificates.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal)
            && !keys.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new WrongUsageException(
                $"{keyName} contains no private key{(keyFile is null ? "; give the file with the key in --certificate-key" : "")}");
        }

        if (isOpenToOthers)
            throw new WrongUsageException($"Other users can access the private key in {keyName}; run: chmod 600 {keyName}");
        string? passphrase = null;
        if (keys.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal))
        {
            if (!console.CanPrompt)
                throw new WrongUsageException($"There is no terminal to ask for the passphrase of {keyName}");
            passphrase = await console.AskAsync($"Passphrase of {keyName}: ", isSecret: true, cancellationToken).ConfigureAwait(false);
            if (passphrase is null)
                return null;
        }

        try
        {
            using X509Certificate2 read = passphrase is null
                ? X509Certificate2.CreateFromPem(certificates, keys)
                : X509Certificate2.CreateFromEncryptedPem(certificates, keys, passphrase);

            // On Windows, TLS cannot use a key that was loaded from PEM.
            return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or NotSupportedException)
        {
            string why = passphrase is null ? e.Message : $"{e.Message} Is the passphrase right?";
            throw new WrongUsageException(
                $"{TextSanitizer.Escape(file)} is not a certificate with its private key in PEM: {TextSanitizer.Escape(why)}");
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
            throw new WrongUsageException($"The certificate file cannot be read: {TextSanitizer.Escape(e.Message)}");
        }
    }
}
