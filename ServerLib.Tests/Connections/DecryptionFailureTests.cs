using System.Security.Cryptography;
using System.Text;
using ServerLib.Protocol;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Connections;

/// <summary>Whatever is wrong with an encrypted frame, its sender hears the same: nothing, and then the end.</summary>
[TestClass]
public sealed class DecryptionFailureTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow("no base64")]
    [DataRow("base64 cut short")]
    [DataRow("one byte")]
    [DataRow("a byte too little")]
    [DataRow("a byte too much")]
    [DataRow("two blocks")]
    [DataRow("larger than the key")]
    [DataRow("zeros")]
    [DataRow("a bit turned")]
    [DataRow("another padding")]
    [DataRow("padding of another hash")]
    [DataRow("another key")]
    [DataRow("no UTF-8")]
    [DataRow("UTF-8 cut short")]
    public async Task Every_failure_to_decrypt_is_one_failure(string what)
    {
        var client = new MemoryConnection();
        using RSA serverKey = RSA.Create();
        using RSA clientKey = ClientKeys.Next();
        serverKey.ImportFromPem(ServerKey.Ephemeral.PublicKeyPem);
        byte[] good = serverKey.Encrypt("hello"u8, RSAEncryptionPadding.OaepSHA256);
        await client.Classic.SendLoginAsync("ada", "secret", _guard);
        await client.Classic.SendRawAsync(ClassicWire.Plain(clientKey.ExportSubjectPublicKeyInfoPem()), _guard);
        Assert.IsNotNull(await client.Connection.Login.ReadCredentialsAsync(_guard));
        Assert.IsNotNull(await client.Connection.Login.ReadKeyAsync(_guard));
        await client.Classic.SendRawAsync((byte[])[.. Sealed(good), .. Bad(what, good, serverKey)], _guard);

        Assert.AreEqual("hello", (await client.Connection.ReceiveAsync(_guard))?.Text);
        Assert.IsNull(await client.Connection.ReceiveAsync(_guard));
        Assert.AreEqual(DisconnectReason.BadFrame, client.Connection.Reason);
        Task closing = client.Connection.DisposeAsync().AsTask();
        Assert.IsNull(await client.Classic.ReceivePlainOrClosedAsync(_guard));
        client.Classic.Dispose();
        await closing;
    }

    private static byte[] Bad(string what, byte[] good, RSA serverKey)
    {
        switch (what)
        {
            case "no base64":
                return ClassicWire.Sealed(new string('?', 344));
            case "base64 cut short":
                return ClassicWire.Sealed(Convert.ToBase64String(good)[..341]);
            case "one byte":
                return Sealed([1]);
            case "a byte too little":
                return Sealed(good[..^1]);
            case "a byte too much":
                return Sealed([.. good, 0]);
            case "two blocks":
                return Sealed([.. good, .. good]);
            case "larger than the key":
                return Sealed([.. Enumerable.Repeat((byte)0xFF, good.Length)]);
            case "zeros":
                return Sealed(new byte[good.Length]);
            case "a bit turned":
                good[^1] ^= 1;
                return Sealed(good);
            case "another padding":
                return Sealed(serverKey.Encrypt("hello"u8, RSAEncryptionPadding.Pkcs1));
            case "padding of another hash":
                return Sealed(serverKey.Encrypt("hello"u8, RSAEncryptionPadding.OaepSHA1));
            case "another key":
                using (RSA another = RSA.Create(2048))
                    return ClassicWire.Encrypted(another, "hello");
            case "no UTF-8":
                return ClassicWire.Encrypted(serverKey, [0xFF]);
            default:
                return ClassicWire.Encrypted(serverKey, Encoding.UTF8.GetBytes("é")[..1]);
        }
    }

    private static byte[] Sealed(byte[] ciphertext) => ClassicWire.Sealed(Convert.ToBase64String(ciphertext));
}
