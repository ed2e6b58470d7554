using System.Globalization;
using ServerLib.Protocol;

namespace ServerLib.Tests.EndToEnd;

/// <summary>How a client leaves.</summary>
[TestClass]
public sealed class LeavingTests : HostTest
{
    [TestMethod]
    public async Task Only_the_exact_disconnect_message_disconnects()
    {
        await StartAsync();
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        string[] texts = ["disconnect", "disconnect\r\n", "Disconnect\n", " disconnect\n", "disconnect\n\n", "\n", "\r\n", " "];
        foreach (string text in texts)
        {
            await alice.SendAsync(text, Token);
            Assert.AreEqual("alice: " + text.Replace("\n\n", "\uFFFD\n", StringComparison.Ordinal), await bob.ReceiveAsync(Token));
        }

        await alice.SendAsync("disconnect\n", Token);
        Assert.AreEqual("alice: [ DISCONNECTED ]", await bob.ReceiveAsync(Token));
        Assert.IsNull(await alice.ReceiveOrClosedAsync(Token));
    }

    [TestMethod]
    public async Task The_disconnect_message_is_an_option()
    {
        await StartAsync("--ServerLib:DisconnectMessage", "/quit");
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        await alice.SendAsync("disconnect\n", Token);
        Assert.AreEqual("alice: disconnect\n", await bob.ReceiveAsync(Token));
        await alice.SendAsync("/quit", Token);
        Assert.AreEqual("alice: [ DISCONNECTED ]", await bob.ReceiveAsync(Token));
    }

    [TestMethod]
    [DataRow("empty text")]
    [DataRow("zero-length frame")]
    [DataRow("zero-length frame, base64 without padding")]
    [DataRow("end of the stream")]
    [DataRow("reset")]
    [DataRow("reset inside a frame")]
    public async Task A_client_that_ends_without_the_disconnect_message_is_announced(string how)
    {
        await StartAsync();
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        await alice.SendAsync("bye\n", Token);
        Assert.AreEqual("alice: bye\n", await bob.ReceiveAsync(Token));
        switch (how)
        {
            case "empty text":
                await alice.SendAsync("", Token);
                break;
            case "zero-length frame":
                await alice.SendRawAsync(ClassicWire.EncryptedHeader("0"), Token);
                break;
            case "zero-length frame, base64 without padding":
                await alice.SendRawAsync(ClassicWire.Header("MA"), Token);
                break;
            case "end of the stream":
                alice.FinishSending();
                break;
            case "reset":
                alice.Reset();
                break;
            default:
                await alice.SendRawAsync(ClassicWire.Encrypted(alice.ServerKey, "never whole\n").AsMemory(0, 100), Token);
                alice.Reset();
                break;
        }

        Assert.AreEqual("alice: [ DISCONNECTED ]", await bob.ReceiveAsync(Token));
        if (!how.StartsWith("reset", StringComparison.Ordinal))
            Assert.IsNull(await alice.ReceiveOrClosedAsync(Token));
    }

    [TestMethod]
    public async Task An_invalid_message_disconnects_only_its_sender()
    {
        await StartAsync("--ServerLib:Limits:MaxFrameSize", "4096");
        ClassicClient bob = await JoinAsync("bob");
        foreach ((string reason, Func<ClassicClient, byte[]> frame) in NoMessages())
        {
            ClassicClient alice = await JoinAsync("alice");
            Assert.AreEqual("alice: [ CONNECTED ]", await bob.ReceiveAsync(Token));
            await alice.SendRawAsync(frame(alice), Token);
            Assert.AreEqual("alice: [ DISCONNECTED ]", await bob.ReceiveAsync(Token), reason);
            Assert.IsNull(await alice.ReceiveOrClosedAsync(Token));
        }

        await ShutDownAsync();
        string[] expected = [.. NoMessages().Select(what => what.Reason), "ServerShutdown"];
        CollectionAssert.AreEqual(expected, ReadReasons());
    }

    private static List<(string Reason, Func<ClassicClient, byte[]> Frame)> NoMessages()
    {
        string noise = Convert.ToBase64String(new byte[256]);
        return
        [
            ("BadFrame", _ => ClassicWire.Sealed(noise)),
            ("BadFrame", _ => ClassicWire.Sealed(noise[..^4])),
            ("BadFrame", _ => ClassicWire.Sealed(new string('*', 344))),
            ("BadFrame", _ => ClassicWire.Plain("in the clear\n")),
            ("BadFrame", alice => ClassicWire.Encrypted(alice.ServerKey, [0xc3, 0x28])),
            ("BadFrame", _ => ClassicWire.EncryptedHeader("-1")),
            ("BadFrame", _ => ClassicWire.Header("")),
            ("FrameTooLarge", _ => ClassicWire.EncryptedHeader("4097")),
            ("FrameTooLarge", _ => ClassicWire.EncryptedHeader(ulong.MaxValue.ToString(CultureInfo.InvariantCulture))),
        ];
    }
}
