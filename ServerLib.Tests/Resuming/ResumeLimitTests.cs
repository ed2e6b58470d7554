using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Resuming;

/// <summary>What ends a session that can be resumed, and what an attacker cannot do with it.</summary>
[TestClass]
public sealed class ResumeLimitTests
{
    [TestMethod]
    public async Task A_guess_is_refused_counts_as_an_attempt_and_changes_nothing()
    {
        var log = new LogLines();
        await using PipeServer server = await ResumeServer.StartAsync(log, options => options.Login.MaxAttempts = 5);
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        await alice.ReceiveAsync();
        await alice.AcknowledgeAsync();
        await alice.SettleAsync();
        alice.Cut();
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());
        CompactClient guesser = server.Connect();
        await guesser.HelloAsync();
        foreach ((string session, string token, long received) in new[]
        {
            (alice.Session, alice.Token[..^1], 2L),
            (alice.Session, bob.Token, 2),
            (alice.Session, new string('A', 5_000 / 2), 2),
            ("99999999999999999999999", alice.Token, 2),
            (alice.Session, alice.Token, 3),
        })
        {
            await guesser.SendAsync(RawFrame.Control(FrameType.Resume, new { session, token, received }));
            Assert.AreEqual("not-resumable", (string?)(await guesser.ReceiveAsync()).Json["code"], $"{session} {token} {received}");
        }

        Assert.AreEqual("too-many-attempts", await guesser.ReceiveCloseAsync());
        await alice.ResumeAsync();
    }

    [TestMethod]
    public async Task A_client_cannot_ask_again_for_frames_that_it_has_acknowledged()
    {
        await using PipeServer server = await PipeServer.StartAsync(services: ResumeServer.ChatRooms);
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
    public async Task An_ack_of_more_than_was_sent_ends_the_connection()
    {
        await using PipeServer server = await PipeServer.StartAsync(services: ResumeServer.ChatRooms);
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await alice.Link.SendAsync(ResumingClient.Ack(2));
        Assert.AreEqual("bad-frame", await alice.Link.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task A_decision_of_the_server_ends_a_detached_session()
    {
        var log = new LogLines();
        await using PipeServer server = await ResumeServer.StartAsync(log);
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
        await using PipeServer server = await ResumeServer.StartAsync(log, options => options.ShutdownTimeout = TimeSpan.FromMinutes(1));
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
        await using PipeServer server = await ResumeServer.StartAsync(log, options => options.Limits.MaxConnectionsPerAddress = 1);
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
        await using PipeServer server = await ResumeServer.StartAsync(log, options => options.Limits.MaxSessionsPerUser = 2);
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
    public async Task Too_much_unacknowledged_data_ends_the_session_but_not_an_open_connection()
    {
        await using PipeServer server = await PipeServer.StartAsync(options => options.Limits.MaxQueuedBytes = 4 * 1024, ResumeServer.ChatRooms);
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
        await using PipeServer server = await ResumeServer.StartAsync(log, options => options.Sessions.MaxRetainedBytes = 3_000);
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
    public async Task Too_much_data_for_a_detached_session_ends_it()
    {
        var log = new LogLines();
        await using PipeServer server = await ResumeServer.StartAsync(log, options => options.Limits.MaxQueuedBytes = 4 * 1024);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await bob.ReceiveAsync();
        alice.Cut();
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());
        for (int i = 0; i < 5; i++)
            await bob.SendAsync(RawFrame.Message(new string('x', 1_000)));

        Assert.AreEqual("""{"alias":"alice","event":"left"}""", await bob.ReceiveMessageAsync());
        Assert.AreEqual("not-resumable", (string?)(await alice.TryResumeAsync())!.Json["code"]);
    }

    [TestMethod]
    public async Task A_full_server_admits_those_who_resume_and_a_login_in_place_of_a_detached_session()
    {
        var log = new LogLines();
        await using PipeServer server = await ResumeServer.StartAsync(log, options =>
        {
            options.Limits.MaxConnections = 2;
            options.Limits.MaxConnectionsPerAddress = 1;
        });
        using ResumingClient alice = await new ResumingClient(() => Task.FromResult(server.Connect("203.0.113.1"))).JoinAsync("alice");
        using ResumingClient bob = await new ResumingClient(() => Task.FromResult(server.Connect("203.0.113.2"))).JoinAsync("bob");
        await alice.ReceiveAsync();
        alice.Cut();
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());
        await alice.ResumeAsync();
        Assert.IsNull(await server.Connect("203.0.113.3").LogInAsync("carol"));

        alice.Cut();
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());
        CompactClient carol = server.Connect("203.0.113.3");
        RawFrame refused = (await carol.LogInAsync("carol"))!;
        Assert.AreEqual("busy The server is full. 5000", $"{refused.Json["code"]} {refused.Json["text"]} {refused.Json["retryAfterMs"]}");
        await carol.LeaveAsync();

        await server.Connect("203.0.113.4").JoinAsync("alice");
        Assert.HasCount(1, server.Ledger.Find("alice"));
    }
}
