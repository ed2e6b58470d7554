using System.Security.Cryptography;
using System.Text;
using ServerLib.Administration;
using ServerLib.Cli.Terminal;

namespace ServerLib.Cli.Chat;

/// <summary>
/// Loads private keys from PEM files, with or without a passphrase. Like ssh, it refuses files that other users can access.
/// </summary>
/// <param name="currentDirectory">The base of relative paths.</param>
/// <param name="console">Asks for passphrases.</param>
internal sealed class IdentityFiles(string currentDirectory, ILineConsole console)
{
    private const int MaxTries = 3;
    private const int MinKeySize = 2048;
    private const int MaxKeySize = 8192;

    /// <returns>The key; <see langword="null"/> if the user gives no passphrase.</returns>
    /// <exception cref="WrongUsageException">The file cannot be used.</exception>
    public async Task<RSA?> LoadAsync(string file, CancellationToken cancellationToken)
    {
        string path = Path.Combine(currentDirectory, file);
        string name = TextSanitizer.Escape(file);
        string pem = Read(path, out bool isOpenToOthers);
        string label = LabelOf(pem, name);
        if (isOpenToOthers)
            throw new WrongUsageException($"Other users can access the private key in {name}; run: chmod 600 {name}");
        RSA? key = RSA.Create();
        try
        {
            bool isOpen = label == "ENCRYPTED PRIVATE KEY"
                ? await UnlockAsync(key, pem, name, cancellationToken).ConfigureAwait(false)
                : Import(key, pem);
            if (!isOpen)
                return null;
            if (key.KeySize is < MinKeySize or > MaxKeySize)
            {
                throw new WrongUsageException(
                    $"The key in {name} has {key.KeySize} bits; {MinKeySize} to {MaxKeySize} are allowed");
            }

            RSA loaded = key;
            key = null;
            return loaded;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new WrongUsageException($"{name} does not contain a valid RSA private key");
        }
        finally
        {
            key?.Dispose();
        }
    }

    private static bool Import(RSA key, string pem)
    {
        key.ImportFromPem(pem);
        return true;
    }

    private async Task<bool> UnlockAsync(RSA key, string pem, string name, CancellationToken cancellationToken)
    {
        if (!console.CanPrompt)
            throw new WrongUsageException($"There is no terminal to ask for the passphrase of {name}");
        for (int tries = 0; tries < MaxTries; tries++)
        {
            if (await console.AskAsync($"Passphrase of {name}: ", isSecret: true, cancellationToken).ConfigureAwait(false) is not { } passphrase)
                return false;
            try
            {
                key.ImportFromEncryptedPem(pem, passphrase);
                return true;
            }
            catch (CryptographicException)
            {
                console.Print("The passphrase is wrong.");
            }
        }

        throw new WrongUsageException($"{name} cannot be decrypted: the passphrase is wrong, or the file is damaged");
    }

    private static string Read(string path, out bool isOpenToOthers)
    {
        try
        {
            return Encoding.ASCII.GetString(SecretFile.ReadAllBytes(path, out isOpenToOthers));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WrongUsageException($"The identity file cannot be read: {TextSanitizer.Escape(e.Message)}");
        }
    }

    private static string LabelOf(string pem, string name)
    {
        string label = PemEncoding.TryFind(pem, out PemFields fields) ? pem[fields.Label] : "";
        return label switch
        {
            "PRIVATE KEY" or "RSA PRIVATE KEY" or "ENCRYPTED PRIVATE KEY" => label,
            "OPENSSH PRIVATE KEY" => throw new WrongUsageException(
                $"{name} has the format of OpenSSH; if it is an RSA key, convert a copy of it: ssh-keygen -p -m PKCS8 -f FILE"),
            "PUBLIC KEY" or "RSA PUBLIC KEY" => throw new WrongUsageException($"{name} contains a public key; the private key is needed"),
            _ when pem.StartsWith("ssh-", StringComparison.Ordinal) =>
                throw new WrongUsageException($"{name} contains a public key; the private key is needed"),
            _ => throw new WrongUsageException($"{name} does not contain an RSA private key in PEM"),
        };
    }
}
