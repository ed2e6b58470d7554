using System.Text;
using System.Text.Json.Nodes;
using ServerLib.Protocol;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Compact;

[TestClass]
public sealed class CompactChatTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task Classic_and_compact_clients_share_one_room()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        Assert.AreEqual("alice joined", await ReceivePresenceAsync(alice));
        using ClassicClient bob = await ClassicClient.JoinAsync(server.EndPoint, "bob", _guard);

        Assert.AreEqual("bob joined", await ReceivePresenceAsync(alice));
        Assert.AreEqual("bob: [ CONNECTED ]", await bob.ReceiveAsync(_guard));
        await bob.SendAsync("hello\n", _guard);
        Assert.AreEqual("bob: hello", await alice.ReceiveMessageAsync());
        await alice.SendAsync(RawFrame.Message("hi there"));
        Assert.AreEqual("alice: hi there", await bob.ReceiveAsync(_guard));

        await bob.SendAsync("disconnect\n", _guard);
        Assert.AreEqual("bob left", await ReceivePresenceAsync(alice));
    }

    [TestMethod]
    public async Task A_client_that_ends_its_side_gets_what_was_sent_and_no_close_frame()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        await alice.SendAsync(new RawFrame(FrameType.Ping, "last"u8.ToArray()));
        alice.FinishSending();

        await alice.ReceiveAsync(FrameType.Pong);
        Assert.IsNull(await alice.ReceiveOrClosedAsync());
    }

    [TestMethod]
    public async Task A_binary_body_reaches_compact_clients_and_the_sender_learns_of_misses()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using CompactClient carol = await CompactClient.JoinAsync(server.EndPoint, "carol");
        using ClassicClient bob = await ClassicClient.JoinAsync(server.EndPoint, "bob", _guard);
        await bob.ReceiveAsync(_guard);

        await alice.SendAsync(new RawFrame(FrameType.MessageIn, [0xFF, 0x00, 0xFE]), RawFrame.Message("text"));
        CollectionAssert.AreEqual(new byte[] { 5, (byte)'a', (byte)'l', (byte)'i', (byte)'c', (byte)'e', 0xFF, 0, 0xFE }, (await carol.ReceiveAsync(FrameType.MessageOut)).Payload);
        Assert.AreEqual("not-text", (string?)(await alice.ReceiveAsync(FrameType.Error)).Json["code"]);
        Assert.AreEqual("alice: text", await bob.ReceiveAsync(_guard));
    }

    [TestMethod]
    public async Task A_text_that_would_flood_classic_clients_is_kept_from_them_and_its_sender_is_told()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using ClassicClient bob = await ClassicClient.JoinAsync(server.EndPoint, "bob", _guard);
        await bob.ReceiveAsync(_guard);

        await alice.SendAsync(RawFrame.Message(new string('x', 65_000)), RawFrame.Message("short"));
        Assert.AreEqual("not-text", (string?)(await alice.ReceiveAsync(FrameType.Error)).Json["code"]);
        Assert.AreEqual("alice: short", await bob.ReceiveAsync(_guard));
    }

    [TestMethod]
    public async Task Direct_messages_reach_every_connection_of_one_user_and_nobody_else()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob");
        using CompactClient bobToo = await CompactClient.JoinAsync(server.EndPoint, "bob");
        using CompactClient carol = await CompactClient.JoinAsync(server.EndPoint, "carol");
        await alice.SendAsync(
            RawFrame.Named(FrameType.DirectIn, "BOB", "psst"u8.ToArray()), RawFrame.Named(FrameType.DirectIn, "nobody", "psst"u8.ToArray()), RawFrame.Message("all"));

        CollectionAssert.AreEqual(new[] { "alice", "psst" }, (await bob.ReceiveAsync(FrameType.DirectOut)).Parts(1));
        CollectionAssert.AreEqual(new[] { "alice", "psst" }, (await bobToo.ReceiveAsync(FrameType.DirectOut)).Parts(1));
        JsonNode error = (await alice.ReceiveAsync(FrameType.Error)).Json;
        Assert.AreEqual("not-online", (string?)error["code"]);
        Assert.AreEqual("nobody", (string?)error["about"]);
        while (await carol.ReceiveAsync() is var frame && frame.Type != FrameType.MessageOut)
            Assert.AreNotEqual(FrameType.DirectOut, frame.Type);
    }

    [TestMethod]
    public async Task A_group_hears_its_members_until_they_leave_or_go()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob");
        await JoinGroupAsync(alice, "chess");
        await JoinGroupAsync(bob, "chess");
        Assert.AreEqual("bob joined chess", await ReceivePresenceAsync(alice, "chess"));

        await alice.SendAsync(RawFrame.Named(FrameType.GroupIn, "chess", "e4"u8.ToArray()));
        CollectionAssert.AreEqual(new[] { "chess", "alice", "e4" }, (await bob.ReceiveAsync(FrameType.GroupOut)).Parts(2));
        await alice.SendAsync(RawFrame.Control(FrameType.Users, new { group = "chess" }));
        JsonNode users = (await alice.ReceiveAsync(FrameType.Users)).Json;
        CollectionAssert.AreEquivalent(new[] { "alice", "bob" }, users["users"]!.AsArray().Select(node => (string?)node).ToArray());

        bob.Dispose();
        Assert.AreEqual("bob left chess", await ReceivePresenceAsync(alice, "chess"));
        await alice.SendAsync(RawFrame.Control(FrameType.Leave, new { group = "chess" }));
        Assert.AreEqual("chess", (string?)(await alice.ReceiveAsync(FrameType.Leave)).Json["group"]);
        await alice.SendAsync(RawFrame.Named(FrameType.GroupIn, "chess", "alone"u8.ToArray()));
        Assert.AreEqual("not-member", (string?)(await alice.ReceiveAsync(FrameType.Error)).Json["code"]);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("line\nbreak")]
    public async Task A_group_that_can_not_be_is_refused(string group)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        await alice.SendAsync(RawFrame.Control(FrameType.Join, new { group }));

        Assert.AreEqual("join-refused", (string?)(await alice.ReceiveAsync(FrameType.Error)).Json["code"]);
    }

    [TestMethod]
    public async Task A_connection_can_be_in_so_many_groups_only()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Limits.MaxGroupsPerConnection = 2);
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        await JoinGroupAsync(alice, "one");
        await JoinGroupAsync(alice, "two");
        await JoinGroupAsync(alice, "two");
        await alice.SendAsync(RawFrame.Control(FrameType.Join, new { group = "three" }));

        Assert.AreEqual("join-refused", (string?)(await alice.ReceiveAsync(FrameType.Error)).Json["code"]);
    }

    [TestMethod]
    public async Task Users_tells_everyone_once()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using CompactClient aliceToo = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob");
        await bob.SendAsync(RawFrame.Control(FrameType.Users, new { }));

        JsonNode users = (await bob.ReceiveAsync(FrameType.Users)).Json;
        CollectionAssert.AreEquivalent(new[] { "alice", "bob" }, users["users"]!.AsArray().Select(node => (string?)node).ToArray());
    }

    [TestMethod]
    public async Task Keys_can_be_given_and_asked_for()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob");
        using var key = ClientKeys.Next();
        string pem = key.ExportSubjectPublicKeyInfoPem();
        await alice.SendAsync(RawFrame.Control(FrameType.Key, new { publicKey = pem }));
        Assert.AreEqual(ServerKey.Ephemeral.PublicKeyPem, (string?)(await alice.ReceiveAsync(FrameType.Key)).Json["publicKey"]);

        await bob.SendAsync(RawFrame.Control(FrameType.KeyQuery, new { alias = "alice" }), RawFrame.Control(FrameType.KeyQuery, new { alias = "carol" }), RawFrame.Control(FrameType.Key, new { publicKey = "junk" }));
        JsonNode answer = (await bob.ReceiveAsync(FrameType.Key)).Json;
        Assert.AreEqual("alice", (string?)answer["alias"]);
        Assert.AreEqual(pem, (string?)answer["publicKey"]);
        Assert.IsFalse((bool?)answer["proven"]);
        Assert.AreEqual("no-key", (string?)(await bob.ReceiveAsync(FrameType.Error)).Json["code"]);
        Assert.AreEqual("bad-key", (string?)(await bob.ReceiveAsync(FrameType.Error)).Json["code"]);
    }

    [TestMethod]
    public async Task Pings_are_echoed_and_types_that_nobody_knows_are_answered_and_skipped()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        await alice.SendAsync(new RawFrame(FrameType.Ping, [1, 2, 3]), new RawFrame((FrameType)0x77, [9]), new RawFrame(FrameType.Command, """{"line":"users"}"""u8.ToArray()), new RawFrame(FrameType.Ping, []));

        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, (await alice.ReceiveAsync(FrameType.Pong)).Payload);
        JsonNode error = (await alice.ReceiveAsync(FrameType.Error)).Json;
        Assert.AreEqual("unknown-type", (string?)error["code"]);
        Assert.AreEqual("0x77", (string?)error["about"]);
        Assert.AreEqual("0x08", (string?)(await alice.ReceiveAsync(FrameType.Error)).Json["about"]);
        Assert.IsEmpty((await alice.ReceiveAsync(FrameType.Pong)).Payload);
    }

    [TestMethod]
    public async Task Malformed_frames_end_the_connection_with_their_reason()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Limits.MaxFrameSize = 4096);
        await CheckAsync([0, 0, 0, 0], "bad-frame");
        await CheckAsync([0, 0, 0x10, 1, 0x10], "frame-too-large");
        await CheckAsync([0xFF, 0xFF, 0xFF, 0xFF, 0x10], "frame-too-large");
        await CheckAsync(new RawFrame(FrameType.DirectIn, [5, 1]).ToBytes(), "bad-frame");
        await CheckAsync(new RawFrame(FrameType.DirectIn, [1, 0xFF]).ToBytes(), "bad-frame");
        await CheckAsync(new RawFrame(FrameType.DirectIn, []).ToBytes(), "bad-frame");
        await CheckAsync(new RawFrame(FrameType.Request, [1, 2, 3]).ToBytes(), "bad-frame");
        await CheckAsync(new RawFrame(FrameType.Response, [1, 2, 3, 4]).ToBytes(), "bad-frame");
        await CheckAsync(new RawFrame(FrameType.Join, "{}"u8.ToArray()).ToBytes(), "bad-frame");
        await CheckAsync(new RawFrame(FrameType.Ping, new byte[9]).ToBytes(), "bad-frame");
        await CheckAsync(new RawFrame(FrameType.Close, "{}"u8.ToArray()).ToBytes(), "bye");

        async Task CheckAsync(byte[] bytes, string code)
        {
            using CompactClient client = await CompactClient.JoinAsync(server.EndPoint, "alice");
            await client.SendRawAsync(bytes);
            Assert.AreEqual(code, await client.ReceiveCloseAsync());
        }
    }

    [TestMethod]
    public async Task A_frame_at_the_limit_gets_through()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Limits.MaxFrameSize = 4096);
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob");
        string text = new('x', 4095);
        await alice.SendAsync(RawFrame.Message(text));

        Assert.AreEqual("alice: " + text, await bob.ReceiveMessageAsync());
    }

    [TestMethod]
    public async Task A_shutdown_is_announced_and_says_when_to_come_back()
    {
        RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");

        // The room sends nothing to a client that has not joined yet.
        Assert.AreEqual("alice joined", await ReceivePresenceAsync(alice));
        Task stopping = server.StopAsync();

        Assert.AreEqual("SERVER: [ ALERT ] Server shutting down...", await alice.ReceiveMessageAsync());
        JsonNode close = (await alice.ReceiveAsync(FrameType.Close)).Json;
        Assert.AreEqual("shutdown", (string?)close["code"]);
        Assert.IsGreaterThan(0, (long)close["retryAfterMs"]!);
        alice.Dispose();
        await stopping;
        await server.DisposeAsync();
    }

    [TestMethod]
    public async Task A_full_room_announces_nobody()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Limits.MaxAnnounced = 1);
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        Assert.AreEqual("alice joined", await ReceivePresenceAsync(alice));
        using CompactClient bob = await CompactClient.JoinAsync(server.EndPoint, "bob");
        await bob.SendAsync(RawFrame.Message("hi"));

        RawFrame next = await alice.ReceiveAsync();
        Assert.AreEqual(FrameType.MessageOut, next.Type);
    }

    private static async Task JoinGroupAsync(CompactClient client, string group)
    {
        await client.SendAsync(RawFrame.Control(FrameType.Join, new { group }));
        Assert.AreEqual(group, (string?)(await client.ReceiveAsync(FrameType.Join)).Json["group"]);
    }

    private static async Task<string> ReceivePresenceAsync(CompactClient client, string? group = null)
    {
        while (true)
        {
            JsonNode presence = (await client.ReceiveAsync(FrameType.Presence)).Json;
            if ((string?)presence["group"] == group)
                return string.Join(' ', new[] { (string?)presence["alias"], (string?)presence["event"], group }.Where(part => part is not null));
        }
    }
}
