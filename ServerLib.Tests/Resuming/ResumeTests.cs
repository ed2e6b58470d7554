using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Resuming;

/// <summary>A session survives the loss of its connection.</summary>
[TestClass]
public sealed class ResumeTests
{
    [TestMethod]
    public async Task Only_a_client_that_knows_the_feature_gets_a_token()
    {
        await using PipeServer server = await PipeServer.StartAsync();
        CompactClient plain = server.Connect();
        CollectionAssert.Contains((await plain.HelloAsync()).Json["features"]!.AsArray().Select(node => (string?)node).ToList(), "resume");
        await plain.SendAsync(RawFrame.Login("alice", "secret"));
        RawFrame welcome = await plain.ReceiveAsync(FrameType.Welcome);
        Assert.IsNull(welcome.Json["resumeToken"]);
        Assert.IsNull(welcome.Json["resumeSeconds"]);

        CompactClient bob = server.Connect();
        await bob.HelloAsync();
        await bob.SendAsync(ResumingClient.Login("bob"));
        welcome = await bob.ReceiveAsync(FrameType.Welcome);
        Assert.AreEqual("30", $"{welcome.Json["resumeSeconds"]}");
        Assert.AreEqual(43, ((string)welcome.Json["resumeToken"]!).Length);
        Assert.AreEqual(FrameType.Ack, (await bob.ReceiveAsync()).Type);
    }

    [TestMethod]
    public async Task Nothing_is_offered_where_the_window_is_zero()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Sessions.ResumeWindow = TimeSpan.Zero);
        CompactClient alice = server.Connect();
        CollectionAssert.DoesNotContain((await alice.HelloAsync()).Json["features"]!.AsArray().Select(node => (string?)node).ToList(), "resume");
        await alice.SendAsync(ResumingClient.Login("alice"));
        Assert.IsNull((await alice.ReceiveAsync(FrameType.Welcome)).Json["resumeToken"]);

        CompactClient other = server.Connect();
        await other.HelloAsync();
        await other.SendAsync(RawFrame.Control(FrameType.Resume, new { session = "1", token = "x", received = 0 }));
        Assert.AreEqual("unknown-type", (string?)(await other.ReceiveAsync(FrameType.Error)).Json["code"]);
    }

    [TestMethod]
    public async Task A_lost_connection_is_resumed_and_nobody_sees_the_user_leave()
    {
        await using PipeServer server = await PipeServer.StartAsync(services: ResumeServer.ChatRooms);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        Assert.AreEqual("""{"alias":"alice","event":"joined"}""", await bob.ReceiveMessageAsync());

        alice.Cut();
        await bob.SendAsync(RawFrame.Message("one"));
        await bob.SendAsync(RawFrame.Message("two"));
        await bob.SettleAsync();
        await alice.ResumeAsync();

        Assert.AreEqual("bob: one", await alice.ReceiveMessageAsync());
        Assert.AreEqual("bob: two", await alice.ReceiveMessageAsync());
        await alice.SendAsync(RawFrame.Message("back"));
        Assert.AreEqual("alice: back", await bob.ReceiveMessageAsync());
        Assert.HasCount(1, server.Ledger.Find("alice"));
    }

    [TestMethod]
    public async Task Frames_that_the_server_did_not_get_are_sent_again_and_no_others()
    {
        await using PipeServer server = await PipeServer.StartAsync(services: ResumeServer.ChatRooms);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await bob.ReceiveAsync();

        await alice.SendAsync(RawFrame.Message("1"));
        await alice.SettleAsync();
        alice.Cut();
        await alice.SendAsync(RawFrame.Message("2"));
        await alice.ResumeAsync();
        Assert.AreEqual(1, alice.Acknowledged);
        await alice.SendAsync(RawFrame.Message("3"));

        foreach (string text in new[] { "1", "2", "3" })
            Assert.AreEqual("alice: " + text, await bob.ReceiveMessageAsync());
    }

    [TestMethod]
    public async Task A_session_that_nobody_resumes_ends_after_the_window()
    {
        var log = new LogLines();
        await using PipeServer server = await ResumeServer.StartAsync(log);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await bob.ReceiveAsync();
        alice.Cut();
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());
        server.Time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        Assert.HasCount(1, server.Ledger.Find("alice"));
        server.Time.Advance(TimeSpan.FromTicks(1));

        Assert.AreEqual("""{"alias":"alice","event":"left"}""", await bob.ReceiveMessageAsync());
        CompactClient link = server.Connect();
        Assert.AreEqual("not-resumable", (string?)(await alice.TryResumeAsync(link: link))!.Json["code"]);
        Assert.AreEqual("ok", (string?)(await link.TryAgainAsync("alice"))!.Json["code"]);
    }

    [TestMethod]
    public async Task A_session_is_not_kept_before_the_first_ack()
    {
        await using PipeServer server = await PipeServer.StartAsync(services: ResumeServer.ChatRooms);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice", acknowledges: false);
        await bob.ReceiveAsync();
        alice.Cut();

        Assert.AreEqual("""{"alias":"alice","event":"left"}""", await bob.ReceiveMessageAsync());
        Assert.AreEqual("not-resumable", (string?)(await alice.TryResumeAsync())!.Json["code"]);
    }

    [TestMethod]
    public async Task A_client_that_says_goodbye_ends_its_session()
    {
        await using PipeServer server = await PipeServer.StartAsync(services: ResumeServer.ChatRooms);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await bob.ReceiveAsync();
        await alice.Link.SendAsync(RawFrame.Control(FrameType.Close, new { code = "bye" }));

        Assert.AreEqual("""{"alias":"alice","event":"left"}""", await bob.ReceiveMessageAsync());
        Assert.AreEqual("not-resumable", (string?)(await alice.TryResumeAsync())!.Json["code"]);
    }

    [TestMethod]
    public async Task Resume_takes_over_a_connection_that_still_seems_to_be_open()
    {
        await using PipeServer server = await PipeServer.StartAsync(services: ResumeServer.ChatRooms);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await bob.ReceiveAsync();
        using CompactClient old = alice.Link;
        await alice.ResumeAsync();

        Assert.AreEqual("resumed", await old.ReceiveCloseAsync());
        await alice.SendAsync(RawFrame.Message("here"));
        Assert.AreEqual("alice: here", await bob.ReceiveMessageAsync());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_session_moves_between_sockets(bool isTls)
    {
        CancellationToken guard = Guard.NewToken();
        await using RunningServer server = await RunningServer.StartAsync();
        Func<Task<CompactClient>> connect = () =>
            isTls ? CompactClient.ConnectTlsAsync(server.EndPoint) : CompactClient.ConnectAsync(server.EndPoint);
        using ResumingClient alice = await new ResumingClient(connect).JoinAsync("alice");
        using ResumingClient bob = await new ResumingClient(connect).JoinAsync("bob");
        await alice.ReceiveAsync();
        for (int i = 0; i < 20; i++)
        {
            if (i % 2 == 0)
                alice.Cut();
            await bob.SendAsync(RawFrame.Message($"{i}"));
            await alice.ResumeAsync();
            Assert.AreEqual($"bob: {i}", await alice.ReceiveMessageAsync());
            await alice.SendAsync(RawFrame.Message($"{i}"));
            Assert.AreEqual($"alice: {i}", await bob.ReceiveMessageAsync());
        }

        alice.Cut();
        await server.StopAsync().WaitAsync(guard);
    }

    [TestMethod]
    public async Task A_handler_goes_on_while_its_client_is_away()
    {
        var entered = new TaskCompletionSource();
        var released = new TaskCompletionSource();
        await using PipeServer server = await PipeServer.StartAsync(services: services => ResumeServer.Handle(services, new ScriptedHandler(async (method, connection) =>
        {
            if (method != nameof(IMessageHandler.OnRequestAsync))
                return;
            entered.SetResult();
            await released.Task;
            Assert.AreEqual("yes", (await connection.RequestAsync("sure?")).Text);
        })));
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice", isChat: false);
        await alice.SendAsync(RawFrame.Request(7, "go"u8.ToArray()));
        await entered.Task;
        alice.Cut();
        await alice.ResumeAsync();
        Assert.AreEqual(1, alice.Acknowledged);
        released.SetResult();

        RawFrame question = (await alice.ReceiveAsync())!;
        Assert.AreEqual(FrameType.Request, question.Type);
        alice.Cut();
        await alice.ResumeAsync();
        await alice.SendAsync(new RawFrame(FrameType.Response, [.. question.Payload[..4], 0, .. "yes"u8]));
        RawFrame answer = (await alice.ReceiveAsync())!;
        Assert.AreEqual(FrameType.Response, answer.Type);
        CollectionAssert.AreEqual((byte[])[0, 0, 0, 7, 0, .. "done"u8], answer.Payload);
    }

    [TestMethod]
    public async Task Events_and_calls_of_the_server_are_kept()
    {
        var log = new LogLines();
        await using PipeServer server = await ResumeServer.StartAsync(log);
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        Connection connection = server.Ledger.Find("alice").Single();
        alice.Cut();
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());
        Assert.AreEqual(SendOutcome.Queued, connection.TrySendEvent("news", 1));
        Assert.IsTrue(await connection.SendEventAsync("news", 2));
        ValueTask<int> calling = connection.CallAsync<int>("double", 3);
        await alice.ResumeAsync();

        Assert.AreEqual("news: 1", string.Join(": ", (await alice.ReceiveAsync())!.Parts(1)));
        Assert.AreEqual("news: 2", string.Join(": ", (await alice.ReceiveAsync())!.Parts(1)));
        RawFrame call = (await alice.ReceiveAsync())!;
        alice.Cut();
        await alice.ResumeAsync();
        await alice.SendAsync(new RawFrame(FrameType.Response, [.. call.Payload[..4], 0, .. "6"u8]));
        Assert.AreEqual(6, await calling);
    }

    [TestMethod]
    public async Task The_server_acknowledges_after_64_KiB_and_after_a_second()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Limits.MaxMessageRate = 0, ResumeServer.ChatRooms);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await bob.ReceiveAsync();
        await alice.SendAsync(RawFrame.Message("one"));
        Assert.AreEqual("alice: one", await bob.ReceiveMessageAsync());
        server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual("0000000000000001", Convert.ToHexString((await alice.Link.ReceiveAsync(FrameType.Ack)).Payload));

        await alice.SendAsync(RawFrame.Message(new string('x', 40_000)));
        await alice.SendAsync(RawFrame.Message(new string('x', 40_000)));
        Assert.AreEqual("0000000000000003", Convert.ToHexString((await alice.Link.ReceiveAsync(FrameType.Ack)).Payload));
    }

    [TestMethod]
    public async Task A_ping_is_answered_with_an_ack()
    {
        await using PipeServer server = await PipeServer.StartAsync(services: ResumeServer.ChatRooms);
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await alice.SendAsync(RawFrame.Message("one"));
        await alice.SettleAsync();
        Assert.AreEqual(1, alice.Acknowledged);
    }

    [TestMethod]
    public async Task A_client_that_answers_the_pings_of_the_server_stays_connected()
    {
        await using PipeServer server = await PipeServer.StartAsync(
            options => options.Limits.KeepAlive = TimeSpan.FromSeconds(10), ResumeServer.ChatRooms);
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        server.Time.Advance(TimeSpan.FromSeconds(10));
        RawFrame ping = await alice.Link.ReceiveAsync(FrameType.Ping);
        await alice.Link.SendAsync(new RawFrame(FrameType.Pong, ping.Payload));
        await alice.SettleAsync();
        Assert.HasCount(1, server.Ledger.Find("alice"));
    }
}
