using System.Security.Cryptography;
using System.Text;
using ServerLib.Administration;

namespace ServerLib.Cli.Chat;

/// <summary>
/// A person's files with private keys, each as ssh takes one: its owner's alone, with a passphrase or without. Every way in which one
/// can be wrong is one sentence.
/// </summary>
/// <param name="currentDirectory">Where relative paths start.</param>
/// <param name="console">Where a passphrase is asked for.</param>
internal sealed class IdentityFiles(string currentDirectory, IChatConsole console)
{
    private const int MaxTries = 3;
    private const int MinKeySize = 2048;
    private const int MaxKeySize = 8192;

    /// <returns>The key; <see langword="null"/> when the person doesn't say the passphrase.</returns>
    /// <exception cref="WrongUsageException">It can't be used.</exception>
    public async Task<RSA?> LoadAsync(string file, CancellationToken cancellationToken)
    {
        string path = Path.Combine(currentDirectory, file);
        string name = TextSanitizer.Escape(file);
        string pem = Read(path, out bool isOpenToOthers);
        string label = LabelOf(pem, name);
        if (isOpenToOthers)
            throw new WrongUsageException($"others than the owner may use the private key in {name}: chmod 600 it");
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
                    $"the key in {name} has {key.KeySize} bits; {MinKeySize} to {MaxKeySize} are allowed");
            }

            RSA loaded = key;
            key = null;
            return loaded;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new WrongUsageException($"{name} holds no RSA private key, or a damaged one");
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
        if (!console.CanAsk)
            throw new WrongUsageException($"there is nobody to ask for the passphrase of {name}");
        for (int tries = 0; tries < MaxTries; tries++)
        {
            if (await console.ReadLineAsync($"Passphrase of {name}: ", isSecret: true, cancellationToken).ConfigureAwait(false) is not { } passphrase)
                return false;
            try
            {
                key.ImportFromEncryptedPem(pem, passphrase);
                return true;
            }
            catch (CryptographicException)
            {
                console.Print("That is not its passphrase.");
            }
        }

        throw new WrongUsageException($"{name} can't be decrypted: the passphrase is wrong, or the file is damaged");
    }

    private static string Read(string path, out bool isOpenToOthers)
    {
        try
        {
            return Encoding.ASCII.GetString(SecretFile.ReadAllBytes(path, out isOpenToOthers));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WrongUsageException($"the identity can't be read: {TextSanitizer.Escape(e.Message)}");
        }
    }

    private static string LabelOf(string pem, string name)
    {
        string label = PemEncoding.TryFind(pem, out PemFields fields) ? pem[fields.Label] : "";
        return label switch
        {
            "PRIVATE KEY" or "RSA PRIVATE KEY" or "ENCRYPTED PRIVATE KEY" => label,
            "OPENSSH PRIVATE KEY" => throw new WrongUsageException(
                $"{name} is in ssh's own form; 'ssh-keygen -p -m PKCS8 -f FILE' brings a copy of it, if it is an RSA key, into one that can be read"),
            "PUBLIC KEY" or "RSA PUBLIC KEY" => throw new WrongUsageException($"{name} holds a public key; the private one is needed"),
            _ when pem.StartsWith("ssh-", StringComparison.Ordinal) => throw new WrongUsageException($"{name} holds a public key; the private one is needed"),
            _ => throw new WrongUsageException($"{name} holds no RSA private key as PEM"),
        };
    }
}
