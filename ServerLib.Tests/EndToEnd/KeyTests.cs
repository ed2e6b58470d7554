using System.Security.Cryptography;
using ServerLib.Protocol;
using ServerLib.Tests.Cli.Chat;

namespace ServerLib.Tests.EndToEnd;

/// <summary>Accepted and refused client keys.</summary>
[TestClass]
public sealed class KeyTests : HostTest
{
    [TestMethod]
    public async Task A_client_without_a_usable_key_never_appears_in_the_room()
    {
        await StartAsync();
        ClassicClient alice = await JoinAsync("alice");
        foreach ((string what, byte[] frame) in UnusableKeys())
        {
            ClassicClient mallory = await ConnectAsync();
            Assert.AreEqual("OK", await mallory.LoginAsync("mallory", "secret", Token));
            await mallory.SendRawAsync(frame, Token);
            Assert.IsNull(await mallory.ReceivePlainOrClosedAsync(Token), what);
        }

        await JoinAsync("bob");
        Assert.AreEqual("bob: [ CONNECTED ]", await alice.ReceiveAsync(Token));
        await ShutDownAsync();
        Assert.AreEqual(UnusableKeys().Count, Data.CountActivity("Alias - mallory: BadKey"));
    }

    [TestMethod]
    [DataRow(4096)]
    [DataRow(8192)]
    public async Task A_client_can_have_a_large_key(int bits)
    {
        await StartAsync();
        ClassicClient alice = await JoinAsync("alice");
        ClassicClient bob = await JoinAsync("bob", LargeKeys.OfSize(bits), ReadingStyle.OneReceive);
        Assert.AreEqual("bob: [ CONNECTED ]", await alice.ReceiveAsync(Token));

        // One block of a large key holds what a small key splits.
        string longest = new string('x', 189) + "\n";
        await alice.SendAsync(longest, Token);
        Assert.AreEqual("alice: " + longest, await bob.ReceiveAsync(Token));
        await bob.SendAsync("thanks\n", Token);
        Assert.AreEqual("bob: thanks\n", await alice.ReceiveAsync(Token));
    }

    [TestMethod]
    public async Task The_servers_key_can_be_larger_than_2048_bits()
    {
        using (RSA large = LargeKeys.OfSize(4096))
            Data.PutServerKey(large);
        await StartAsync();
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        Assert.AreEqual(4096, alice.ServerKey.KeySize);

        // A block of the server's key holds more than a block of a recipient's key.
        string text = new string('y', 445) + "\n";
        await alice.SendAsync(text, Token);
        Assert.AreEqual(text, await bob.ReceiveJoinedAsync("alice: ", text.Length, Token));
    }

    private static List<(string What, byte[] Frame)> UnusableKeys()
    {
        using RSA rsa = ClientKeys.Next();
        using RSA small = RSA.Create(1024);
        using ECDsa elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string good = rsa.ExportSubjectPublicKeyInfoPem();
        return
        [
            ("private, PKCS #8", ClassicWire.Plain(rsa.ExportPkcs8PrivateKeyPem())),
            ("private, PKCS #1", ClassicWire.Plain(rsa.ExportRSAPrivateKeyPem())),
            ("private after public", ClassicWire.Plain(good + "\n" + rsa.ExportPkcs8PrivateKeyPem())),
            ("public, PKCS #1", ClassicWire.Plain(rsa.ExportRSAPublicKeyPem())),
            ("elliptic", ClassicWire.Plain(elliptic.ExportSubjectPublicKeyInfoPem())),
            ("1024 bits", ClassicWire.Plain(small.ExportSubjectPublicKeyInfoPem())),
            ("torn", ClassicWire.Plain(good[..^40])),
            ("no PEM", ClassicWire.Plain("Let me in!")),
            ("no text", ClassicWire.Plain([0xff, 0x00, 0xfe])),
            ("missing", ClassicWire.Plain("")),
        ];
    }
}
