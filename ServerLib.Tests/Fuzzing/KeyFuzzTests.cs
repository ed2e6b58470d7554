using System.Security.Cryptography;
using ServerLib.Files;
using ServerLib.Protocol;
using ServerLib.Tests.Cli.Chat;

namespace ServerLib.Tests.Fuzzing;

/// <summary>Public keys of peers, and the server's key file.</summary>
[TestClass]
public sealed class KeyFuzzTests
{
    [TestMethod]
    public void A_mutated_public_key_is_refused_or_usable() => Fuzzer.Run(Corpus.Of("public-key"), Shape.Lines, 2_000, static input =>
    {
        using RSA? key = RsaPublicKey.Import(input.Bytes);
        if (key is null)
            return;
        Assert.IsTrue(key.KeySize is >= 2048 and <= 8192);
        Assert.ThrowsExactly<CryptographicException>(() => key.ExportParameters(includePrivateParameters: true));
        Assert.HasCount((key.KeySize + 7) / 8, key.Encrypt("hello"u8.ToArray(), RSAEncryptionPadding.OaepSHA256));
    });

    [TestMethod]
    public void A_mutated_server_key_is_refused_or_usable()
    {
        using var folder = new TempFolder();
        int number = 0;
        Fuzzer.Run(Corpus.Of("server-key"), Shape.Lines, 400, input =>
        {
            string path = folder.File($"{Interlocked.Increment(ref number)}.pem");
            File.WriteAllBytes(path, input.Bytes);
            try
            {
                using ServerKey key = ServerKeyFile.LoadOrCreate(path);
                using RSA? given = RsaPublicKey.Import(System.Text.Encoding.ASCII.GetBytes(key.PublicKeyPem));
                Assert.IsNotNull(given, "Its public key would be refused by others.");
                byte[] text = new byte[key.KeySize / 8];
                Assert.IsTrue(key.TryDecrypt(given.Encrypt("hello"u8.ToArray(), RSAEncryptionPadding.OaepSHA256), text, out int length));
                Assert.AreEqual("hello", System.Text.Encoding.ASCII.GetString(text, 0, length));
            }
            catch (ServerLibException e)
            {
                StringAssert.Contains(e.Message, path);
            }

            CollectionAssert.AreEqual(input.Bytes, File.ReadAllBytes(path));
            File.Delete(path);
        });
        Assert.IsEmpty(Directory.GetFiles(folder.Path));
    }
}
