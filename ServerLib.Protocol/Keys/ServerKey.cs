using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>The server's RSA key pair, to which classic clients encrypt.</summary>
public sealed class ServerKey : IDisposable
{
    private static readonly Lazy<ServerKey> ProcessWide = new(() => Generate());

    // An RSA object serves one caller at a time: each gets one of his own, and returns it.
    private readonly ConcurrentQueue<RSA> _free = new();
    private readonly byte[] _privateKey;

    private ServerKey(RSA rsa)
    {
        KeySize = rsa.KeySize;
        PublicKeyPem = rsa.ExportSubjectPublicKeyInfoPem();
        _privateKey = rsa.ExportPkcs8PrivateKey();
        _free.Enqueue(rsa);
    }

    /// <summary>A pair that lasts as long as the process; made when first asked for.</summary>
    public static ServerKey Ephemeral => ProcessWide.Value;

    /// <summary>The modulus' length in bits.</summary>
    public int KeySize { get; }

    /// <summary>The public key as PEM SubjectPublicKeyInfo.</summary>
    public string PublicKeyPem { get; }

    /// <summary>Makes a new pair, public exponent 65537.</summary>
    /// <param name="keySize">The modulus' length in bits, 2048 to 8192.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="keySize"/> is not allowed.</exception>
    public static ServerKey Generate(int keySize = 2048)
    {
        if (keySize is < RsaPublicKey.MinSize or > RsaPublicKey.MaxSize)
            throw new ArgumentOutOfRangeException(nameof(keySize), keySize, "A key has 2048 to 8192 bits.");
        return new ServerKey(RSA.Create(keySize));
    }

    /// <summary>Reads a pair from PEM text.</summary>
    /// <param name="pem">A PKCS #8 private key as PEM.</param>
    /// <exception cref="CryptographicException">The text contains no RSA private key of 2048 to 8192 bits.</exception>
    public static ServerKey FromPem(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        var rsa = RSA.Create();
        try
        {
            Import(rsa, pem);
            if (rsa.KeySize is < RsaPublicKey.MinSize or > RsaPublicKey.MaxSize)
                throw new CryptographicException($"a key of {rsa.KeySize} bits is refused; 2048 to 8192 are allowed");
            Prove(rsa);
            return new ServerKey(rsa);
        }
        catch (Exception)
        {
            rsa.Dispose();
            throw;
        }
    }

    /// <summary>The pair as PEM (PKCS #8). It contains the private key.</summary>
    public string ExportPem() => PemEncoding.WriteString("PRIVATE KEY", _privateKey) + "\n";

    /// <summary>Decrypts RSA-OAEP-SHA256 (RFC 8017 section 7.1.2).</summary>
    /// <returns>Whether it could be decrypted; every failure is the same.</returns>
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

    /// <summary>Forgets the pair.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_privateKey);
        while (_free.TryDequeue(out RSA? rsa))
            rsa.Dispose();
    }

    private static void Import(RSA rsa, string pem)
    {
        try
        {
            rsa.ImportFromPem(pem);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new CryptographicException("it holds no RSA private key that can be read", e);
        }
    }

    /// <summary>A file that was damaged may hold numbers that look like a key, and then no client could be understood.</summary>
    private static void Prove(RSA rsa)
    {
        byte[] text = RandomNumberGenerator.GetBytes(16);
        byte[] sealedText = rsa.Encrypt(text, RSAEncryptionPadding.OaepSHA256);
        if (RsaPublicKey.Import(Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem())) is not { } given)
            throw new CryptographicException("its public key would be refused by others");
        given.Dispose();
        if (!rsa.Decrypt(sealedText, RSAEncryptionPadding.OaepSHA256).AsSpan().SequenceEqual(text))
            throw new CryptographicException("its private key does not belong to its public key");
    }
}
