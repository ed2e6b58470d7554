using System.Globalization;
using ServerLib.Protocol;

namespace ServerLib.Tests.EndToEnd;

/// <summary>Clients that misbehave, and other clients that must not notice it.</summary>
[TestClass]
public sealed class RobustnessTests : HostTest
{
    [TestMethod]
    public async Task Clients_that_stop_at_any_point_do_not_delay_others()
    {
        await StartAsync();
        await ConnectAsync();
        ClassicClient inHeader = await ConnectAsync();
        await inHeader.SendRawAsync("5   "u8.ToArray(), Token);
        ClassicClient inName = await ConnectAsync();
        await inName.SendRawAsync(ClassicWire.Plain("stopped").AsMemory(0, 66), Token);
        ClassicClient beforePassword = await ConnectAsync();
        await beforePassword.SendRawAsync(ClassicWire.Plain("stopped"), Token);
        ClassicClient beforeKey = await ConnectAsync();
        Assert.AreEqual("OK", await beforeKey.LoginAsync("stopped", "secret", Token));
        ClassicClient inKey = await ConnectAsync();
        Assert.AreEqual("OK", await inKey.LoginAsync("stopped", "secret", Token));
        await inKey.SendRawAsync(ClassicWire.Plain(inKey.PublicKeyPem).AsMemory(0, 100), Token);
        ClassicClient inMessage = await JoinAsync("unfinished");
        await inMessage.SendRawAsync(ClassicWire.Encrypted(inMessage.ServerKey, "never whole\n").AsMemory(0, 100), Token);

        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        await alice.SendAsync("anybody here?\n", Token);
        Assert.AreEqual("alice: anybody here?\n", await bob.ReceiveAsync(Token));
        await inMessage.ReceiveUntilAsync("alice: anybody here?\n", Token);
    }

    [TestMethod]
    public async Task A_client_that_does_not_log_in_in_time_is_disconnected()
    {
        await StartAsync("--ServerLib:Login:GraceTime", "00:00:00.2");
        ClassicClient silent = await ConnectAsync();
        ClassicClient halfway = await ConnectAsync();
        await halfway.SendRawAsync(ClassicWire.Plain("halfway"), Token);
        await AssertClosedAsync(silent);
        await AssertClosedAsync(halfway);
        await ShutDownAsync();
        Assert.AreEqual(2, Data.CountActivity("before login: LoginTimeout"));
    }

    [TestMethod]
    public async Task A_client_of_another_protocol_is_disconnected()
    {
        await StartAsync();
        foreach (string opening in (string[])["GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\u0015\u0003\u0001", "\0"])
        {
            ClassicClient client = await ConnectAsync();
            await client.SendRawAsync(opening.Select(c => (byte)c).ToArray(), Token);
            await AssertClosedAsync(client);
        }

        await JoinAsync("alice");
        await ShutDownAsync();
        Assert.AreEqual(3, ReadReasons().Count(reason => reason == "UnknownProtocol"));
    }

    [TestMethod]
    [DataRow("12x4", "BadFrame")]
    [DataRow("-1", "BadFrame")]
    [DataRow("5 5", "BadFrame")]
    [DataRow("4097", "FrameTooLarge")]
    [DataRow("99999999999999999999999999999999", "FrameTooLarge")]
    public async Task A_malformed_login_frame_ends_the_connection(string header, string reason)
    {
        await StartAsync();
        ClassicClient client = await ConnectAsync();
        await client.SendRawAsync(" "u8.ToArray(), Token);
        await client.SendRawAsync(header.PadRight(63).Select(c => (byte)c).ToArray(), Token);
        await AssertClosedAsync(client);
        await JoinAsync("alice");
        await ShutDownAsync();
        Assert.AreEqual(1, ReadReasons().Count(r => r == reason));
    }

    [TestMethod]
    public async Task Connections_over_the_limit_are_refused_until_one_leaves()
    {
        await StartAsync("--ServerLib:Limits:MaxConnections", "2");
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();
        ClassicClient third = await ConnectAsync();
        await AssertClosedAsync(third);
        await alice.SendAsync("still here\n", Token);
        Assert.AreEqual("alice: still here\n", await bob.ReceiveAsync(Token));

        // Its slot is free when the server has noticed that the client closed its side, too.
        alice.Dispose();
        Assert.AreEqual("alice: [ DISCONNECTED ]", await bob.ReceiveAsync(Token));
        await Host.WaitForStatusAsync("connections: 1,", Token);
        await JoinAsync("carol");
        Assert.AreEqual("carol: [ CONNECTED ]", await bob.ReceiveAsync(Token));
        await ShutDownAsync();
        Assert.AreEqual(1, Data.CountActivity("connections refused because the server is full (Limits:MaxConnections): 1"));
    }

    [TestMethod]
    public async Task A_client_that_never_reads_is_dropped_without_delaying_others()
    {
        await StartAsync("--ServerLib:Limits:MaxQueuedBytes", "4096", "--ServerLib:Limits:MaxMessageRate", "0");
        (ClassicClient alice, ClassicClient bob) = await JoinTwoAsync();

        // A large key makes each message longer, so the system's buffers fill sooner.
        ClassicClient deaf = await JoinAsync("deaf", LargeKeys.OfSize(8192), receiveBuffer: 4096);
        Assert.AreEqual("deaf: [ CONNECTED ]", await alice.ReceiveAsync(Token));
        Assert.AreEqual("deaf: [ CONNECTED ]", await bob.ReceiveAsync(Token));

        // Bob keeps up on a busy machine, too: alice continues only after bob has received everything.
        var said = new List<string>();
        int count = 0;
        bool isGone = false;
        while (!isGone)
        {
            for (int end = count + 16; count < end; count++)
                await alice.SendAsync(count.ToString(CultureInfo.InvariantCulture) + "\n", Token);
            while (said.Count < count)
            {
                string next = await bob.ReceiveAsync(Token);
                if (next == "deaf: [ DISCONNECTED ]")
                    isGone = true;
                else
                    said.Add(next);
            }
        }

        CollectionAssert.AreEqual(Enumerable.Range(0, count).Select(i => $"alice: {i}\n").ToArray(), said);
        Assert.AreEqual("deaf: [ DISCONNECTED ]", await alice.ReceiveAsync(Token));
        await ShutDownAsync();
        Assert.AreEqual(1, Data.CountActivity("Alias - deaf: SlowReader"));
    }
}
