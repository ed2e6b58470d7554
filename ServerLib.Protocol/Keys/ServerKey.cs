using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>The server's RSA key pair, with which classic clients encrypt their messages.</summary>
public sealed class ServerKey : IDisposable, IAsyncDisposable
{
    // An RSA object is not thread-safe, so each caller takes one from here and returns it.
    private readonly ConcurrentQueue<RSA> _free = new();
    private readonly byte[] _privateKey;

    private ServerKey(RSA rsa)
    {
        KeySize = rsa.KeySize;
        PublicKeyPem = rsa.ExportSubjectPublicKeyInfoPem();
        _privateKey = rsa.ExportPkcs8PrivateKey();
        _free.Enqueue(rsa);
    }

    /// <summary>The length of the modulus, in bits.</summary>
    public int KeySize { get; }

    /// <summary>The public key as PEM SubjectPublicKeyInfo.</summary>
    public string PublicKeyPem { get; }

    /// <summary>Generates a key pair with the public exponent 65537.</summary>
    /// <param name="keySize">The length of the modulus, in bits: 2048 to 8192. Default 2048.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="keySize"/> is out of range.</exception>
    public static ServerKey Generate(int keySize = 2048)
    {
        if (!IsAllowed(keySize))
            throw new ArgumentOutOfRangeException(nameof(keySize), keySize, "The key must have 2048 to 8192 bits.");
        return new ServerKey(RSA.Create(keySize));
    }

    /// <summary>Reads a key pair from PEM text.</summary>
    /// <param name="pem">A PKCS #8 private key as PEM.</param>
    /// <exception cref="CryptographicException">The text contains no valid RSA private key of 2048 to 8192 bits.</exception>
    public static ServerKey FromPem(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        var rsa = RSA.Create();
        try
        {
            Import(rsa, pem);
            Verify(rsa);
            return new ServerKey(rsa);
        }
        catch (Exception)
        {
            rsa.Dispose();
            throw;
        }
    }

    /// <summary>Exports the key pair as PEM (PKCS #8). The text contains the private key.</summary>
    public string ExportPem() => PemEncoding.WriteString("PRIVATE KEY", _privateKey) + "\n";

    /// <summary>Clears the private key from memory.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_privateKey);
        while (_free.TryDequeue(out RSA? rsa))
            rsa.Dispose();
    }

    /// <summary>Does the same as <see cref="Dispose"/>.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    /// <summary>Decrypts RSA-OAEP-SHA256 (RFC 8017 section 7.1.2).</summary>
    /// <returns>Whether it was decrypted. The reason of a failure is not revealed.</returns>
    internal bool TryDecrypt(ReadOnlySpan<byte> ciphertext, Span<byte> text, out int written)
    {
        written = 0;
        if (ciphertext.Length != (KeySize + 7) / 8)
            return false;
        if (!_free.TryDequeue(out RSA? rsa))
        {
            rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(_privateKey, out _);
        }

        try
        {
            return rsa.TryDecrypt(ciphertext, text, RSAEncryptionPadding.OaepSHA256, out written);
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            _free.Enqueue(rsa);
        }
    }

    private static bool IsAllowed(int keySize) => keySize is >= RsaPublicKey.MinSize and <= RsaPublicKey.MaxSize;

    private static void Import(RSA rsa, string pem)
    {
        try
        {
            rsa.ImportFromPem(pem);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new CryptographicException("It contains no readable RSA private key.", e);
        }
    }

    /// <summary>Verifies that the key works, because a damaged file may contain numbers that merely look like a key.</summary>
    private static void Verify(RSA rsa)
    {
        if (!IsAllowed(rsa.KeySize))
            throw new CryptographicException($"The key has {rsa.KeySize} bits. It must have 2048 to 8192.");
        byte[] text = RandomNumberGenerator.GetBytes(16);
        byte[] ciphertext = rsa.Encrypt(text, RSAEncryptionPadding.OaepSHA256);
        if (RsaPublicKey.Import(Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem())) is not { } publicKey)
            throw new CryptographicException("Clients would refuse its public key.");
        publicKey.Dispose();
        if (!rsa.Decrypt(ciphertext, RSAEncryptionPadding.OaepSHA256).AsSpan().SequenceEqual(text))
            throw new CryptographicException("Its private key does not belong to its public key.");
    }
}
