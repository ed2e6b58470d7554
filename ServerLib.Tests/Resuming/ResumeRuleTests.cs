using System.Security.Cryptography;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Resuming;

/// <summary>Rules of resumable sessions: what continues, what ends, and which connection counts.</summary>
[TestClass]
public sealed class ResumeRuleTests
{
    [TestMethod]
    public void Frames_of_the_connection_itself_are_not_counted()
    {
        FrameType[] ofConnection =
            [FrameType.Ping, FrameType.Pong, FrameType.Ack, FrameType.Close, FrameType.Ticket, FrameType.Resume, FrameType.Resumed];
        CollectionAssert.AreEquivalent(ofConnection, Enum.GetValues<FrameType>().Where(type => !CompactFrame.IsCounted(type)).ToArray());
    }

    [TestMethod]
    public async Task A_client_that_does_not_answer_pings_keeps_its_session()
    {
        var log = new LogLines();
        await using PipeServer server = await ResumeServer.StartAsync(log, options => options.Limits.KeepAlive = TimeSpan.FromSeconds(10));
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        server.Time.Advance(TimeSpan.FromSeconds(10));
        server.Time.Advance(TimeSpan.FromSeconds(10));
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());
        await alice.ResumeAsync();
    }

    [TestMethod]
    public async Task A_detached_session_stays_in_its_groups()
    {
        var log = new LogLines();
        await using PipeServer server = await ResumeServer.StartAsync(log);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await bob.ReceiveAsync();
        foreach (ResumingClient member in new[] { bob, alice })
        {
            await member.SendAsync(RawFrame.Control(FrameType.Join, new { group = "red" }));
            Assert.AreEqual(FrameType.Join, (await member.ReceiveAsync())!.Type);
        }

        alice.Cut();
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());
        await bob.SendAsync(RawFrame.Named(FrameType.GroupIn, "red", "hello"u8.ToArray()));
        await alice.ResumeAsync();
        RawFrame group = (await alice.ReceiveAsync())!;
        Assert.AreEqual(FrameType.GroupOut, group.Type, System.Text.Encoding.UTF8.GetString(group.Payload));
        Assert.AreEqual("red bob hello", string.Join(' ', group.Parts(2)));
    }

    [TestMethod]
    [DataRow("kick")]
    [DataRow("ban")]
    [DataRow("account")]
    [DataRow("address")]
    public async Task Every_decision_that_ends_connections_ends_a_detached_session(string decision)
    {
        var log = new LogLines();
        await using PipeServer server = await ResumeServer.StartAsync(log);
        var addresses = new Queue<string>(["203.0.113.1", "198.51.100.1"]);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await new ResumingClient(() => Task.FromResult(server.Connect(addresses.Dequeue()))).JoinAsync("alice");
        await bob.ReceiveAsync();
        alice.Cut();
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());
        Assert.AreEqual(1, decision switch
        {
            "kick" => server.Server.Kick("alice").Count,
            "ban" => await server.Server.BanAsync(new Ban("alice")),
            "address" => await server.Server.BanAsync(new Ban("203.0.113.0/24")),

            // A lock, a removal, another name, password or role.
            _ => server.Server.EndSessions("alice", DisconnectReason.AccountChanged),
        });

        Assert.AreEqual("""{"alias":"alice","event":"left"}""", await bob.ReceiveMessageAsync());
        Assert.AreEqual("not-resumable", (string?)(await alice.TryResumeAsync())!.Json["code"]);
    }

    [TestMethod]
    public async Task A_banned_address_cannot_resume()
    {
        var log = new LogLines();
        await using PipeServer server = await ResumeServer.StartAsync(log);
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        alice.Cut();
        await log.WaitForAsync("[ CONNECTION - LOST ]", Guard.NewToken());
        await server.Server.BanAsync(new Ban("203.0.113.0/24"));
        await Assert.ThrowsExactlyAsync<EndOfStreamException>(() => alice.TryResumeAsync(link: server.Connect("203.0.113.7")));
        await alice.ResumeAsync();
    }

    [TestMethod]
    public async Task Input_that_the_old_connection_has_not_handed_on_is_discarded()
    {
        var entered = new TaskCompletionSource();
        var released = new TaskCompletionSource();
        var texts = new List<string>();
        await using PipeServer server = await PipeServer.StartAsync(services: services => ResumeServer.Handle(services, new RecordingHandler(async text =>
        {
            texts.Add(text);
            entered.TrySetResult();
            await released.Task;
        })));
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice", isChat: false);
        await alice.SendAsync(RawFrame.Message("1"));
        await alice.SendAsync(RawFrame.Message("2"));
        await alice.SendAsync(RawFrame.Message("3"));
        await entered.Task;
        using CompactClient old = alice.Link;

        // Takes over while the first message is being handled, and sends the other two again.
        await alice.ResumeAsync();
        Assert.AreEqual(1, alice.Acknowledged);
        released.SetResult();
        await alice.SettleAsync();
        Assert.AreEqual("1 2 3", string.Join(' ', texts));
        Assert.AreEqual(3, alice.Acknowledged);
    }

    [TestMethod]
    public async Task A_connection_that_the_client_has_given_up_does_not_get_the_session()
    {
        await using PipeServer server = await PipeServer.StartAsync(services: ResumeServer.ChatRooms);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await bob.ReceiveAsync();

        // What the client sent on the first connection arrives after what it sent on the second.
        CompactClient first = server.Connect();
        await first.HelloAsync();
        await alice.ResumeAsync();
        CompactClient current = alice.Link;
        await first.SendAsync(RawFrame.Control(FrameType.Resume, new { session = alice.Session, token = alice.Token, received = alice.Received }));
        Assert.AreEqual("not-resumable", (string?)(await first.ReceiveAsync(FrameType.Result)).Json["code"]);

        await alice.SendAsync(RawFrame.Message("here"));
        Assert.AreEqual("alice: here", await bob.ReceiveMessageAsync());
        Assert.AreSame(current, alice.Link);
    }

    [TestMethod]
    public async Task The_newest_of_many_connections_gets_the_session()
    {
        const int Count = 30;
        await using PipeServer server = await PipeServer.StartAsync(
            options => options.Limits.MaxUnauthenticatedPerAddress = Count + 1, ResumeServer.ChatRooms);
        using ResumingClient bob = await ResumingClient.JoinAsync(server, "bob");
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await bob.ReceiveAsync();
        CompactClient[] links = [.. Enumerable.Range(0, Count).Select(_ => server.Connect())];
        foreach (CompactClient link in links)
            await link.HelloAsync();
        RawFrame resume = RawFrame.Control(FrameType.Resume, new { session = alice.Session, token = alice.Token, received = alice.Received });
        await Task.WhenAll(links.Select(link => link.SendAsync(resume)));

        Assert.AreEqual(FrameType.Resumed, (await links[^1].ReceiveAsync()).Type);
        foreach (CompactClient link in links[..^1])
        {
            if (await link.ReceiveAsync() is { Type: FrameType.Resumed })
                Assert.AreEqual("resumed", await link.ReceiveCloseAsync());
        }

        await links[^1].SendAsync(RawFrame.Message("here"));
        Assert.AreEqual("alice: here", await bob.ReceiveMessageAsync());
        Assert.HasCount(1, server.Ledger.Find("alice"));
    }

    [TestMethod]
    public async Task A_key_is_proven_with_the_nonce_of_the_first_connection()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (RSA key, _) = ClientKeys.Two();
        using ResumingClient alice = await new ResumingClient(() => CompactClient.ConnectTlsAsync(server.EndPoint)).JoinAsync("alice");
        string signature = Signed.By(key, Signed.Key, "alice", alice.Link);
        alice.Cut();
        await alice.ResumeAsync();
        await alice.SendAsync(RawFrame.Control(FrameType.Key, new { publicKey = key.ExportSubjectPublicKeyInfoPem(), signature, id = 1 }));
        Assert.AreEqual(FrameType.Key, (await alice.ReceiveAsync())!.Type);
        Assert.IsTrue(server.Ledger.Find("alice").Single().Client.HasProvenKey);
    }

    [TestMethod]
    public async Task A_command_is_judged_by_the_current_connection()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        bool isTls = false;
        using ResumingClient alice = await new ResumingClient(() =>
            isTls ? CompactClient.ConnectTlsAsync(server.EndPoint) : CompactClient.ConnectAsync(server.EndPoint)).JoinAsync("alice");
        RawFrame command = RawFrame.Control(FrameType.Command, new { line = "list", id = 1 });
        await alice.SendAsync(command);
        Assert.AreEqual("Commands are taken over TLS only.", (string?)(await alice.ReceiveAsync())!.Json["text"]);
        isTls = true;
        await alice.ResumeAsync();
        await alice.SendAsync(command);
        Assert.AreEqual("Commands are for admins.", (string?)(await alice.ReceiveAsync())!.Json["text"]);
    }

    [TestMethod]
    public async Task RESUME_after_the_login_changes_nothing()
    {
        await using PipeServer server = await PipeServer.StartAsync(services: ResumeServer.ChatRooms);
        using ResumingClient alice = await ResumingClient.JoinAsync(server, "alice");
        await alice.Link.SendAsync(RawFrame.Control(FrameType.Resume, new { session = alice.Session, token = alice.Token, received = 0 }));
        Assert.AreEqual("unknown-type", (string?)(await alice.ReceiveAsync())!.Json["code"]);
        alice.Cut();
        await alice.ResumeAsync();
        Assert.HasCount(1, server.Ledger.Find("alice"));
    }

    /// <summary>Passes the text of each message to a test.</summary>
    private sealed class RecordingHandler(Func<string, Task> handle) : IMessageHandler
    {
        public async ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken) => await handle(message.Text);
    }
}
