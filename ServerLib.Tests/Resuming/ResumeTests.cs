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
        Assert.AreEqual("""["id","call"]""", (await alice.HelloAsync()).Json["features"]!.ToJsonString());
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
        await using PipeServer server = await PipeServer.StartAsync(services: ChatRooms);
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
    public async Task What_the_server_did_not_get_is_sent_again_and_nothing_else()
    {
        await using PipeServer server = await PipeServer.StartAsync(services: ChatRooms);
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
        await using PipeServer server = await StartAsync(log);
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
        await using PipeServer server = await PipeServer.StartAsync(services: ChatRooms);
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
        await using PipeServer server = await PipeServer.StartAsync(services: ChatRooms);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await bob.ReceiveAsync();
        await alice.Link.SendAsync(RawFrame.Control(FrameType.Close, new { code = "bye" }));

        Assert.AreEqual("""{"alias":"alice","event":"left"}""", await bob.ReceiveMessageAsync());
        Assert.AreEqual("not-resumable", (string?)(await alice.TryResumeAsync())!.Json["code"]);
    }

    [TestMethod]
    public async Task A_guess_is_refused_counts_as_an_attempt_and_changes_nothing()
    {
        var log = new LogLines();
        await using PipeServer server = await StartAsync(log, options => options.Login.MaxAttempts = 5);
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        alice.Cut();
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());
        CompactClient guesser = server.Connect();
        await guesser.HelloAsync();
        foreach ((string session, string token, long received) in new[]
        {
            (alice.Session, alice.Token[..^1], 0L),
            (alice.Session, "", 0),
            (alice.Session, new string('A', 5_000 / 2), 0),
            ("99999999999999999999999", alice.Token, 0),
            (alice.Session, alice.Token, 2),
        })
        {
            await guesser.SendAsync(RawFrame.Control(FrameType.Resume, new { session, token, received }));
            Assert.AreEqual("not-resumable", (string?)(await guesser.ReceiveAsync()).Json["code"], $"{session} {token} {received}");
        }

        Assert.AreEqual("too-many-attempts", await guesser.ReceiveCloseAsync());
        await alice.ResumeAsync();
    }

    [TestMethod]
    public async Task What_was_acknowledged_cannot_be_asked_for_again()
    {
        await using PipeServer server = await PipeServer.StartAsync(services: ChatRooms);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await bob.SendAsync(RawFrame.Message("one"));
        await alice.ReceiveMessageAsync();
        await alice.AcknowledgeAsync();
        await alice.SettleAsync();
        alice.Cut();

        Assert.AreEqual("not-resumable", (string?)(await alice.TryResumeAsync(received: 0))!.Json["code"]);
        Assert.AreEqual("not-resumable", (string?)(await alice.TryResumeAsync(received: -1))!.Json["code"]);
        await alice.ResumeAsync();
    }

    [TestMethod]
    public async Task Resume_takes_over_a_connection_that_still_seems_to_be_open()
    {
        await using PipeServer server = await PipeServer.StartAsync(services: ChatRooms);
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
    public async Task An_ack_of_more_than_was_sent_ends_the_connection()
    {
        await using PipeServer server = await PipeServer.StartAsync(services: ChatRooms);
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await alice.Link.SendAsync(ResumingClient.Ack(2));
        Assert.AreEqual("bad-frame", await alice.Link.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task A_decision_of_the_server_ends_a_detached_session()
    {
        var log = new LogLines();
        await using PipeServer server = await StartAsync(log);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await bob.ReceiveAsync();
        alice.Cut();
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());
        Assert.HasCount(1, server.Server.Kick("alice"));

        Assert.AreEqual("""{"alias":"alice","event":"left"}""", await bob.ReceiveMessageAsync());
        Assert.AreEqual("not-resumable", (string?)(await alice.TryResumeAsync())!.Json["code"]);
    }

    [TestMethod]
    public async Task A_shutdown_does_not_wait_for_detached_sessions()
    {
        var log = new LogLines();
        await using PipeServer server = await StartAsync(log, options => options.ShutdownTimeout = TimeSpan.FromMinutes(1));
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        alice.Cut();
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());

        await server.Server.StopAsync(Guard.NewToken());
        Assert.AreEqual(0, server.Server.ConnectionCount);
    }

    [TestMethod]
    public async Task A_resumed_session_counts_at_its_new_address_only()
    {
        var log = new LogLines();
        await using PipeServer server = await StartAsync(log, options => options.Limits.MaxConnectionsPerAddress = 1);
        var addresses = new Queue<string>(["203.0.113.1", "203.0.113.2"]);
        using ResumingClient alice = await new ResumingClient(() => Task.FromResult(server.Connect(addresses.Dequeue()))).JoinAsync("alice");
        alice.Cut();
        await alice.ResumeAsync();
        await log.WaitForAsync("[ CONNECTION - RESUMED ] @203.0.113.2:7: Alias - alice", Guard.NewToken());

        Assert.IsNull(await server.Connect("203.0.113.2").LogInAsync("bob"));
        await server.Connect("203.0.113.1").JoinAsync("bob");
        Assert.AreEqual(2, server.Server.ConnectionCount);
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
    public async Task A_session_of_TLS_is_not_resumed_without_it()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using ResumingClient alice = await new ResumingClient(() => CompactClient.ConnectTlsAsync(server.EndPoint)).JoinAsync("alice");
        alice.Cut();
        RawFrame? refused = await alice.TryResumeAsync(link: await CompactClient.ConnectAsync(server.EndPoint));
        Assert.AreEqual("not-resumable", (string?)refused!.Json["code"]);
        await alice.ResumeAsync();
    }

    [TestMethod]
    public async Task A_login_that_needs_room_ends_the_oldest_detached_session_of_its_user()
    {
        var log = new LogLines();
        await using PipeServer server = await StartAsync(log, options => options.Limits.MaxSessionsPerUser = 2);
        using ResumingClient first = await ResumingClient.JoinAsync(server, "alice");
        using ResumingClient second = await ResumingClient.JoinAsync(server, "alice");
        first.Cut();
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());
        second.Cut();
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());

        await server.Connect().JoinAsync("alice");
        Assert.AreEqual("not-resumable", (string?)(await first.TryResumeAsync())!.Json["code"]);
        await second.ResumeAsync();
    }

    [TestMethod]
    public async Task A_handler_goes_on_while_its_client_is_away()
    {
        var entered = new TaskCompletionSource();
        var released = new TaskCompletionSource();
        await using PipeServer server = await PipeServer.StartAsync(services: services => Handle(services, new ScriptedHandler(async (method, connection) =>
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
        await using PipeServer server = await StartAsync(log);
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
    public async Task Too_much_unacknowledged_data_ends_the_session_but_not_an_open_connection()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Limits.MaxQueuedBytes = 4 * 1024, ChatRooms);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await bob.ReceiveAsync();
        for (int i = 0; i < 5; i++)
        {
            await bob.SendAsync(RawFrame.Message(new string('x', 1_000)));
            await alice.ReceiveAsync();
        }

        await alice.SendAsync(RawFrame.Message("still here"));
        Assert.AreEqual("alice: still here", await bob.ReceiveMessageAsync());
        alice.Cut();
        Assert.AreEqual("""{"alias":"alice","event":"left"}""", await bob.ReceiveMessageAsync());
    }

    [TestMethod]
    public async Task The_oldest_detached_sessions_end_when_too_much_is_kept_for_all()
    {
        var log = new LogLines();
        await using PipeServer server = await StartAsync(log, options => options.Sessions.MaxRetainedBytes = 3_000);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await bob.ReceiveAsync();
        using ResumingClient carol = await ResumingClient.JoinAsync(server, "carol");
        await bob.ReceiveAsync();
        alice.Cut();
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());
        carol.Cut();
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());

        await bob.SendAsync(RawFrame.Message(new string('x', 2_000)));
        Assert.AreEqual("""{"alias":"alice","event":"left"}""", await bob.ReceiveMessageAsync());
        await carol.ResumeAsync();
        Assert.AreEqual("bob: xxx", (await carol.ReceiveMessageAsync())[..8]);
    }

    [TestMethod]
    public async Task The_server_acknowledges_after_64_KiB_and_after_a_second()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Limits.MaxMessageRate = 0, ChatRooms);
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
        await using PipeServer server = await PipeServer.StartAsync(services: ChatRooms);
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await alice.SendAsync(RawFrame.Message("one"));
        await alice.SettleAsync();
        Assert.AreEqual(1, alice.Acknowledged);
    }

    private static void ChatRooms(IServiceCollection services) => Handle(services, null);

    private static void Handle(IServiceCollection services, IMessageHandler? handler)
    {
        if (handler is null)
            services.Replace(ServiceDescriptor.Scoped<IMessageHandler, ChatRoom>());
        else
            services.Replace(ServiceDescriptor.Scoped(_ => handler));
    }

    /// <summary>A server whose activity log tells when a session is detached: only then does time count.</summary>
    private static Task<PipeServer> StartAsync(LogLines log, Action<ServerOptions>? configure = null) => PipeServer.StartAsync(configure, services =>
    {
        ChatRooms(services);
        services.Replace(ServiceDescriptor.Singleton<ILog>(log));
    });
}
