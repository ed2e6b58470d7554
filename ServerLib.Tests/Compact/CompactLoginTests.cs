using System.Text.Json.Nodes;
using ServerLib.Protocol;
using ServerLib.Testing;

namespace ServerLib.Tests.Compact;

[TestClass]
public sealed class CompactLoginTests
{
    [TestMethod]
    public async Task Hello_tells_what_a_client_needs_and_a_new_nonce_each_time()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Limits.MaxFrameSize = 100_000);
        using CompactClient one = await CompactClient.ConnectAsync(server.EndPoint);
        using CompactClient two = await CompactClient.ConnectAsync(server.EndPoint);
        await one.SendRawAsync("SLIB/2\r\n"u8.ToArray());
        await two.SendRawAsync("SLIB/2\r\n"u8.ToArray());

        JsonNode hello = (await one.ReceiveAsync(FrameType.Hello)).Json;
        Assert.AreEqual("SLIB/2", (string?)hello["protocol"]);
        Assert.AreEqual(100_000, (int?)hello["maxFrame"]);
        Assert.AreEqual("open", (string?)hello["registration"]);
        CollectionAssert.AreEqual(new[] { "PLAIN", "KEY", "TICKET" }, hello["mechanisms"]!.AsArray().Select(node => (string?)node).ToArray());
        Assert.HasCount(32, Convert.FromBase64String((string)hello["nonce"]!));
        Assert.AreNotEqual((string?)hello["nonce"], (string?)(await two.ReceiveAsync(FrameType.Hello)).Json["nonce"]);
    }

    [TestMethod]
    public async Task Login_byte_by_byte_is_answered_and_welcomed()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.ServerGreeting = "Be kind.");
        using CompactClient client = await CompactClient.ConnectAsync(server.EndPoint);
        foreach (byte next in (byte[])[.. "SLIB/2\r\n"u8, .. RawFrame.Login(" alice\n", "secret").ToBytes()])
            await client.SendRawAsync(new[] { next });

        Assert.AreEqual("ok", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
        JsonNode welcome = (await client.ReceiveAsync(FrameType.Welcome)).Json;
        Assert.AreEqual("alice", (string?)welcome["alias"]);
        Assert.AreEqual("Be kind.", (string?)welcome["greeting"]);
        Assert.IsNotNull((string?)welcome["session"]);
    }

    [TestMethod]
    public async Task A_wrong_password_fails_without_saying_more_until_there_were_too_many()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Login.MaxAttempts = 2);
        using (CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice"))
        {
        }

        using CompactClient guesser = await CompactClient.ConnectAsync(server.EndPoint);
        await guesser.SendRawAsync("SLIB/2\r\n"u8.ToArray());
        await guesser.SendAsync(RawFrame.Login("alice", "guess"), RawFrame.Login("alice", "guess2"));
        JsonNode first = (await guesser.ReceiveAsync(FrameType.Result)).Json;
        JsonNode second = (await guesser.ReceiveAsync(FrameType.Result)).Json;

        Assert.AreEqual("failure", (string?)first["code"]);
        Assert.AreEqual(first.ToJsonString(), second.ToJsonString());
        Assert.AreEqual("too-many-attempts", await guesser.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task After_five_wrong_passwords_the_right_one_is_told_how_long_to_wait()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Login.MaxAttempts = 10);
        using (CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice"))
        {
        }

        using CompactClient client = await CompactClient.ConnectAsync(server.EndPoint);
        await client.SendRawAsync("SLIB/2\r\n"u8.ToArray());
        for (int i = 0; i < 5; i++)
        {
            await client.SendAsync(RawFrame.Login("alice", $"guess {i}"));
            Assert.AreEqual("failure", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
        }

        await client.SendAsync(RawFrame.Login("alice", "secret"));
        JsonNode locked = (await client.ReceiveAsync(FrameType.Result)).Json;
        Assert.AreEqual("locked", (string?)locked["code"]);
        Assert.IsInRange(1, 15_000, (int)locked["retryAfterMs"]!);
        Assert.AreEqual(1, server.Throttle.Clear("alice"));
        await client.SendAsync(RawFrame.Login("alice", "secret"));
        Assert.AreEqual("ok", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
    }

    [TestMethod]
    public async Task Where_an_account_has_been_is_written_down_at_the_stop()
    {
        string file = "";
        await using RunningServer server = await RunningServer.StartAsync(options => file = Path.Combine(options.DataDirectory, "guesses.json"));
        using (CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice"))
        {
        }

        await server.StopAsync();
        Assert.Contains("alice", File.ReadAllText(file));
    }

    [TestMethod]
    public async Task Another_mechanism_is_refused_and_another_attempt_may_follow()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient client = await CompactClient.ConnectAsync(server.EndPoint);
        await client.SendRawAsync("SLIB/2\r\n"u8.ToArray());
        await client.SendAsync(RawFrame.Control(FrameType.Login, new { mechanism = "KEY", username = "alice" }), RawFrame.Login("alice", "secret"));

        Assert.AreEqual("refused", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
        Assert.AreEqual("ok", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
    }

    [TestMethod]
    public async Task A_client_that_does_not_log_in_gets_64_answers()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var client = HostileClient.Connect(server);
        await client.SendAsync(HostileClient.Preface);
        await client.FloodAsync(new HostileFrame(FrameKind.Ping), 64);
        for (int i = 0; i < 64; i++)
            await client.ExpectAsync(FrameKind.Pong);

        await client.SendAsync(new HostileFrame((FrameKind)0x77));
        await client.ExpectClosedAsync("out-of-turn");
    }

    [TestMethod]
    public async Task Another_version_is_told_which_ones_are_spoken()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var client = HostileClient.Connect(server);
        await client.SendAsync("SLIB/9\r\n");

        HostileFrame close = await client.ExpectAsync(FrameKind.Close, "unknown-version");
        StringAssert.Contains(close.Text, "SLIB/2");
        await client.ExpectClosedAsync();
    }

    [TestMethod]
    [DataRow(FrameKind.ClientMessage)]
    [DataRow(FrameKind.ClientDirect)]
    [DataRow(FrameKind.Request)]
    [DataRow(FrameKind.ClientGroup)]
    [DataRow(FrameKind.Users)]
    [DataRow(FrameKind.Join)]
    [DataRow(FrameKind.Key)]
    public async Task What_comes_before_its_turn_ends_the_connection(FrameKind kind)
    {
        await using TestServer server = await TestServer.StartAsync();
        using var client = HostileClient.Connect(server);
        await client.SendAsync(HostileClient.Preface);
        await client.SendAsync(new HostileFrame(kind, new byte[5]));

        await client.ExpectClosedAsync("out-of-turn");
    }

    [TestMethod]
    public async Task A_login_after_the_login_ends_the_connection()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var client = HostileClient.Connect(server);
        await client.LogInAsync("alice");
        await client.SendAsync(HostileFrame.Login("bob"));

        await client.ExpectClosedAsync("out-of-turn");
    }

    [TestMethod]
    public async Task A_login_frame_of_more_than_4_KiB_is_too_large()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var client = HostileClient.Connect(server);
        await client.SendAsync(HostileClient.Preface);
        await client.SendAsync(HostileFrame.Login("alice", new string('x', 5_000)));

        await client.ExpectClosedAsync("frame-too-large");
    }

    [TestMethod]
    [DataRow("{")]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("{\"mechanism\":7}")]
    [DataRow("{\"mechanism\":\"PLAIN\",\"username\":\"\\ud800\",\"password\":\"x\"}")]
    public async Task A_login_that_is_no_JSON_object_ends_the_connection(string json)
    {
        await using TestServer server = await TestServer.StartAsync();
        using var client = HostileClient.Connect(server);
        await client.SendAsync(HostileClient.Preface);
        await client.SendAsync(new HostileFrame(FrameKind.Login, json));

        await client.ExpectClosedAsync("bad-frame");
    }
}
