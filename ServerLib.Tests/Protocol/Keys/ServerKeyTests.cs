using System.Security.Cryptography;
using System.Text;
using ServerLib.Files;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class ServerKeyTests
{
    [TestMethod]
    public void LoadOrCreate_creates_a_pair_and_loads_it_again()
    {
        using var folder = new TempFolder();
        string path = Path.Combine(folder.Path, "new", "server-key.pem");
        using ServerKey made = ServerKeyFile.LoadOrCreate(path);
        using ServerKey found = ServerKeyFile.LoadOrCreate(path, keySize: 4096);

        Assert.AreEqual(made.PublicKeyPem, found.PublicKeyPem);
        Assert.AreEqual(2048, found.KeySize);
        StringAssert.StartsWith(made.PublicKeyPem, "-----BEGIN PUBLIC KEY-----");
        if (!OperatingSystem.IsWindows())
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("not a key")]
    [DataRow("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    public void LoadOrCreate_refuses_a_file_without_a_key_and_keeps_it(string content)
    {
        using var folder = new TempFolder();
        string path = Path.Combine(folder.Path, "server-key.pem");
        File.WriteAllText(path, content);

        ServerLibException e = Assert.ThrowsExactly<ServerLibException>(() => ServerKeyFile.LoadOrCreate(path));
        StringAssert.Contains(e.Message, $"'{path}' cannot be used: It contains no readable RSA private key.");
        Assert.AreEqual(content, File.ReadAllText(path));
    }

    [TestMethod]
    public void LoadOrCreate_refuses_a_public_key_and_a_small_one()
    {
        using var folder = new TempFolder();
        string path = Path.Combine(folder.Path, "server-key.pem");
        using RSA small = RSA.Create(1024);
        foreach (string pem in new[] { ServerKey.Ephemeral.PublicKeyPem, small.ExportPkcs8PrivateKeyPem() })
        {
            File.WriteAllText(path, pem);
            Assert.ThrowsExactly<ServerLibException>(() => ServerKeyFile.LoadOrCreate(path));
        }
    }

    [TestMethod]
    [DataRow(1024)]
    [DataRow(8200)]
    public void Generate_refuses_an_invalid_size(int size) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ServerKey.Generate(size));

    [TestMethod]
    public void ExportPem_and_FromPem_round_trip()
    {
        using ServerKey key = ServerKey.Generate();
        string pem = key.ExportPem();
        using ServerKey again = ServerKey.FromPem(pem);

        StringAssert.EndsWith(pem, "-----END PRIVATE KEY-----\n");
        Assert.AreEqual((key.PublicKeyPem, pem), (again.PublicKeyPem, again.ExportPem()));
    }

    [TestMethod]
    public void FromPem_says_what_is_wrong()
    {
        using RSA small = RSA.Create(1024);

        Assert.ThrowsExactly<ArgumentNullException>(() => ServerKey.FromPem(null!));
        CryptographicException e = Assert.ThrowsExactly<CryptographicException>(() => ServerKey.FromPem(small.ExportPkcs8PrivateKeyPem()));
        Assert.AreEqual("The key has 1024 bits. It must have 2048 to 8192.", e.Message);
        e = Assert.ThrowsExactly<CryptographicException>(() => ServerKey.FromPem("x"));
        Assert.AreEqual("It contains no readable RSA private key.", e.Message);
        StringAssert.StartsWith(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ServerKey.Generate(1024)).Message, "The key must have 2048 to 8192 bits.");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Disposing_clears_the_private_key(bool isAsync)
    {
        ServerKey key = ServerKey.Generate();
        using var publicKey = RSA.Create();
        publicKey.ImportFromPem(key.PublicKeyPem);
        byte[] ciphertext = publicKey.Encrypt("hi"u8.ToArray(), RSAEncryptionPadding.OaepSHA256);
        if (isAsync)
            await key.DisposeAsync();
        else
            key.Dispose();

        Assert.ThrowsExactly<CryptographicException>(() => key.TryDecrypt(ciphertext, new byte[256], out _));
    }

    [TestMethod]
    public void TryDecrypt_is_thread_safe()
    {
        using ServerKey key = ServerKey.Generate();
        using var publicKey = RSA.Create();
        publicKey.ImportFromPem(key.PublicKeyPem);
        byte[][] ciphertexts = [.. Enumerable.Range(0, 64).Select(i => publicKey.Encrypt([(byte)i], RSAEncryptionPadding.OaepSHA256))];

        Parallel.For(0, ciphertexts.Length, i =>
        {
            byte[] text = new byte[256];
            Assert.IsTrue(key.TryDecrypt(ciphertexts[i], text, out int written));
            Assert.AreEqual((1, (byte)i), (written, text[0]));
        });
    }

    [TestMethod]
    public void TryDecrypt_fails_without_a_reason()
    {
        byte[] text = new byte[256];
        using var publicKey = RSA.Create();
        publicKey.ImportFromPem(ServerKey.Ephemeral.PublicKeyPem);
        byte[] otherPadding = publicKey.Encrypt(Encoding.ASCII.GetBytes("hi"), RSAEncryptionPadding.OaepSHA1);

        foreach (byte[] ciphertext in new[] { [], new byte[255], new byte[256], Enumerable.Repeat((byte)0xFF, 256).ToArray(), otherPadding })
        {
            Assert.IsFalse(ServerKey.Ephemeral.TryDecrypt(ciphertext, text, out int written));
            Assert.AreEqual(0, written);
        }
    }
}
