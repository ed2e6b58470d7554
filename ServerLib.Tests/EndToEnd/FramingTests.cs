using ServerLib.Protocol;
using ServerLib.Tests.Protocol;

namespace ServerLib.Tests.EndToEnd;

/// <summary>Frames that the network splits or joins.</summary>
[TestClass]
public sealed class FramingTests : HostTest
{
    [TestMethod]
    public async Task A_session_can_arrive_byte_by_byte()
    {
        await StartAsync();
        ClassicClient bob = await JoinAsync("bob");
        ClassicClient alice = await ConnectAsync();
        await alice.SendBytewiseAsync(Login("alice", "secret"), Token);
        Assert.AreEqual("OK", await alice.ReceiveLoginAnswerAsync(Token));
        await alice.SendBytewiseAsync(ClassicWire.Plain(alice.PublicKeyPem), Token);
        await alice.ReceiveServerKeyAsync(Token);
        Assert.AreEqual("alice: [ CONNECTED ]", await alice.ReceiveAsync(Token));
        await alice.SendBytewiseAsync(ClassicWire.Encrypted(alice.ServerKey, "slowly\n"), Token);

        Assert.AreEqual("alice: [ CONNECTED ]", await bob.ReceiveAsync(Token));
        Assert.AreEqual("alice: slowly\n", await bob.ReceiveAsync(Token));
    }

    [TestMethod]
    public async Task Login_attempts_key_and_messages_can_arrive_in_one_segment()
    {
        await StartAsync();
        ClassicClient bob = await JoinAsync("bob");
        ClassicClient registered = await ConnectAsync();
        Assert.AreEqual("OK", await registered.LoginAsync("alice", "secret", Token));

        // A returning client already knows the server's key.
        ClassicClient alice = await ConnectAsync();
        byte[] all =
        [
            .. Login("alice", "guess"), .. Login("alice", "secret"), .. ClassicWire.Plain(alice.PublicKeyPem),
            .. ClassicWire.Encrypted(bob.ServerKey, "one\n"), .. ClassicWire.Encrypted(bob.ServerKey, "two\n"),
            .. ClassicWire.Encrypted(bob.ServerKey, "disconnect\n"), .. ClassicWire.Encrypted(bob.ServerKey, "too late\n"),
        ];
        await alice.SendRawAsync(all, Token);
        Assert.AreEqual("FAILURE", await alice.ReceiveLoginAnswerAsync(Token));
        Assert.AreEqual("OK", await alice.ReceiveLoginAnswerAsync(Token));
        await alice.ReceiveServerKeyAsync(Token);
        Assert.AreEqual("alice: [ CONNECTED ]", await alice.ReceiveAsync(Token));
        Assert.IsNull(await alice.ReceiveOrClosedAsync(Token));

        foreach (string expected in (string[])["[ CONNECTED ]", "one\n", "two\n", "[ DISCONNECTED ]"])
            Assert.AreEqual("alice: " + expected, await bob.ReceiveAsync(Token));
    }

    [TestMethod]
    public async Task Many_messages_in_one_segment_are_delivered_in_order()
    {
        await StartAsync();
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        byte[] all = [.. Enumerable.Range(0, 50).SelectMany(i => ClassicWire.Encrypted(alice.ServerKey, $"{i}\n"))];
        await alice.SendRawAsync(all.AsMemory(0, all.Length - 7), Token);
        for (int i = 0; i < 49; i++)
            Assert.AreEqual($"alice: {i}\n", await bob.ReceiveAsync(Token));
        await alice.SendRawAsync(all.AsMemory(all.Length - 7), Token);
        Assert.AreEqual("alice: 49\n", await bob.ReceiveAsync(Token));
    }

    [TestMethod]
    public async Task A_header_can_be_padded_on_either_side()
    {
        await StartAsync();
        ClassicClient bob = await JoinAsync("bob");
        ClassicClient alice = await ConnectAsync();
        await alice.SendRawAsync("5".PadLeft(64).Select(c => (byte)c).Concat("alice"u8.ToArray()).ToArray(), Token);
        await alice.SendRawAsync("  006".PadRight(64).Select(c => (byte)c).Concat("secret"u8.ToArray()).ToArray(), Token);
        Assert.AreEqual("OK", await alice.ReceiveLoginAnswerAsync(Token));
        await alice.ExchangeKeysAsync(Token);
        Assert.AreEqual("alice: [ CONNECTED ]", await alice.ReceiveAsync(Token));

        byte[] message = ClassicWire.Encrypted(alice.ServerKey, "hello\n");
        byte[] header = ClassicWire.Header("MzQ0".PadLeft(40));
        await alice.SendRawAsync(header, Token);
        await alice.SendRawAsync(message.AsMemory(64), Token);
        Assert.AreEqual("alice: [ CONNECTED ]", await bob.ReceiveAsync(Token));
        Assert.AreEqual("alice: hello\n", await bob.ReceiveAsync(Token));
    }

    private static byte[] Login(string name, string password) => [.. ClassicWire.Plain(name), .. ClassicWire.Plain(password)];
}
