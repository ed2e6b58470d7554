using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ServerLib.Diagnostics;
using ServerLib.Wire;

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
    /// <exception cref="ServerLibException"><paramref name="keySize"/> is not allowed.</exception>
    public static ServerKey Generate(int keySize = 2048)
    {
        if (keySize is < RsaPublicKey.MinSize or > RsaPublicKey.MaxSize)
            throw ServerLibException.Because($"a key of {keySize} bits is refused; 2048 to 8192 are allowed");
        return new ServerKey(RSA.Create(keySize));
    }

    /// <summary>Reads the pair from a file, or makes it and writes the file with owner-only rights where there is none.</summary>
    /// <param name="path">A PEM file with a PKCS #8 private key.</param>
    /// <param name="keySize">The size of a new pair, in bits.</param>
    /// <exception cref="ServerLibException">
    /// The file can't be read or written, or holds no RSA private key of 2048 to 8192 bits. It is left as it is.
    /// </exception>
    public static ServerKey LoadOrCreate(string path, int keySize = 2048)
    {
        try
        {
            if (RegularFile.Exists(path))
                return Load(path);
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                OwnerOnly.CreateDirectory(folder);
            ServerKey key = Generate(keySize);
            key.Save(path);
            return key;
        }
        catch (Exception e) when (e
            is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or NotSupportedException)
        {
            throw ServerLibException.Wrap(new ServerLibException($"the server's key {path} can't be used: {e.Message}", e));
        }
    }

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

    private static ServerKey Load(string path)
    {
        var rsa = RSA.Create();
        try
        {
            Import(rsa, SmallFile.ReadText(path));
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

    private void Save(string path)
    {
        // Written beside and moved, so that a crash leaves no half key.
        string temporary = path + ".new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, OwnerOnly.File(FileMode.CreateNew, FileShare.None)))
        {
            file.Write(Encoding.ASCII.GetBytes(PemEncoding.WriteString("PRIVATE KEY", _privateKey) + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
    }
}
