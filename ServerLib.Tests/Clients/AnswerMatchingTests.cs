using System.Text.Json.Nodes;
using ServerLib.Protocol;

namespace ServerLib.Tests.Clients;

/// <summary>Which request an answer belongs to, also when nobody waits for it any more.</summary>
[TestClass]
public sealed class AnswerMatchingTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly SteppedTime _time = new();

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_late_answer_is_not_given_to_the_next_command(bool hasIds)
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, hasIds: hasIds);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        uint? first = await AbandonAsync(token => client.RunCommandAsync("users", token), peer, FrameType.Command);
        Task<CommandOutput> second = client.RunCommandAsync("ban list", _guard);
        uint? next = await ReadIdAsync(peer, FrameType.Command);

        await peer.WriteAsync(FrameType.Output, Numbered("""{"exit":0,"text":"late"}""", first));
        await peer.WriteAsync(FrameType.Output, Numbered("""{"exit":0,"text":"in time"}""", next));
        Assert.AreEqual("in time", (await second).Text);
        Assert.AreEqual(hasIds, first is not null && next is not null && first != next);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_refused_password_change_is_not_reported_as_successful(bool hasIds)
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, hasIds: hasIds);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        uint? first = await AbandonAsync(token => client.ChangePasswordAsync("a", "b", token), peer, FrameType.Password);
        Task second = client.ChangePasswordAsync("c", "d", _guard);
        uint? next = await ReadIdAsync(peer, FrameType.Password);

        await peer.WriteAsync(FrameType.Result, Numbered("""{"code":"ok"}""", first));
        await peer.WriteAsync(FrameType.Result, Numbered("""{"code":"refused","text":"No."}""", next));
        Assert.AreEqual("refused", (await Assert.ThrowsExactlyAsync<ServerClientException>(() => second)).Code);
    }

    [TestMethod]
    public async Task The_client_reconnects_with_what_the_server_has_accepted_though_nobody_waited()
    {
        using var server = new ScriptedServer();
        ServerClientOptions options = server.Options;
        (options.Reconnect, options.TimeProvider, options.Jitter) = (true, _time, () => 0.5);
        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(options, _guard, hasIds: true);
        await using ServerClient disposed = client;
        uint? change = await AbandonAsync(token => client.ChangePasswordAsync("s3cret pass", "battery staple", token), peer, FrameType.Password);
        uint? join = await AbandonAsync(token => client.JoinAsync("chess", token), peer, FrameType.Join);
        await peer.WriteAsync(FrameType.Result, Numbered("""{"code":"ok"}""", change));
        await peer.WriteAsync(FrameType.Join, Numbered("""{"group":"chess"}""", join));
        await client.PingAsync(peer, _guard);
        peer.Dispose();

        await _time.PassAsync(TimeSpan.FromSeconds(0.5), _guard);
        using ScriptedCompactPeer again = await server.AcceptAsync(_guard);
        StringAssert.Contains(await again.ReadLoginAsync(), "battery staple");
        await again.WriteHelloAsync();
        await again.WriteAsync(FrameType.Result, """{"code":"ok"}""");
        await again.WriteAsync(FrameType.Welcome, """{"alias":"Zoe","greeting":"Hello","session":"8"}""");
        Assert.AreEqual("""{"group":"chess"}""", await again.ReadAsync(FrameType.Join));
    }

    [TestMethod]
    public async Task A_group_that_the_server_refuses_after_a_reconnect_is_forgotten_and_reported()
    {
        using var server = new ScriptedServer();
        ServerClientOptions options = server.Options;
        (options.Reconnect, options.TimeProvider, options.Jitter) = (true, _time, () => 0.5);
        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(options, _guard, hasIds: true);
        await using ServerClient disposed = client;
        Task joining = client.JoinAsync("chess", _guard);
        await peer.WriteAsync(FrameType.Join, await peer.ReadAsync(FrameType.Join));
        await joining;
        peer.Dispose();

        await _time.PassAsync(TimeSpan.FromSeconds(0.5), _guard);
        ScriptedCompactPeer second = await server.AcceptAsync(_guard);
        await second.LogInAsync(hasIds: true);
        uint? join = await ReadIdAsync(second, FrameType.Join);
        await second.WriteAsync(FrameType.Error, Numbered("""{"code":"join-refused","text":"No.","about":"chess"}""", join));
        Assert.AreEqual("join-refused", (await client.NextAsync(ReceivedKind.Error, _guard)).Code);
        second.Dispose();

        await _time.PassAsync(TimeSpan.FromSeconds(1), _guard);
        using ScriptedCompactPeer third = await server.AcceptAsync(_guard);
        await third.LogInAsync();
        await client.NextAsync(ReceivedKind.Reconnected, _guard);
        await client.PingAsync(third, _guard);
    }

    [TestMethod]
    public async Task An_answer_to_no_question_is_dropped_and_an_error_to_none_is_received()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        Task<IReadOnlyList<string>> asking = client.GetUsersAsync(cancellationToken: _guard);
        uint? id = await ReadIdAsync(peer, FrameType.Users);
        await peer.WriteAsync(FrameType.Users, """{"users":["none"],"total":1}""");
        await peer.WriteAsync(FrameType.Users, Numbered("""{"users":["other"],"total":1}""", id + 7));
        await peer.WriteAsync(FrameType.Output, Numbered("""{"exit":0,"text":"another type"}""", id));
        await peer.WriteAsync(FrameType.Error, """{"code":"failed","text":"Sorry.","about":"0x21"}""");
        await peer.WriteAsync(FrameType.Users, Numbered("""{"users":["ada"],"total":1}""", id));

        CollectionAssert.AreEqual(new[] { "ada" }, (await asking).ToArray());
        Assert.AreEqual("failed", (await client.NextAsync(ReceivedKind.Error, _guard)).Code);
    }

    [TestMethod]
    public async Task A_request_that_nobody_waits_for_counts_until_its_answer_comes()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, options => options.MaxOutstandingRequests = 1, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        uint? first = await AbandonAsync(token => client.RunCommandAsync("users", token), peer, FrameType.Command);
        Task<CommandOutput> second = client.RunCommandAsync("ban list", _guard);
        await client.SendAsync("still here", _guard);
        await peer.ReadAsync(FrameType.MessageIn);

        await peer.WriteAsync(FrameType.Output, Numbered("""{"exit":0,"text":"late"}""", first));
        await peer.WriteAsync(FrameType.Output, Numbered("""{"exit":0,"text":"now"}""", await ReadIdAsync(peer, FrameType.Command)));
        Assert.AreEqual("now", (await second).Text);
    }

    /// <summary>Sends a request, and cancels it once it has arrived.</summary>
    private async Task<uint?> AbandonAsync(Func<CancellationToken, Task> ask, ScriptedCompactPeer peer, FrameType type)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(_guard);
        Task asking = ask(cancel.Token);
        uint? id = await ReadIdAsync(peer, type);
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => asking);
        return id;
    }

    private static async Task<uint?> ReadIdAsync(ScriptedCompactPeer peer, FrameType type) =>
        (uint?)JsonNode.Parse(await peer.ReadAsync(type))!["id"];

    private static string Numbered(string json, uint? id)
    {
        JsonNode node = JsonNode.Parse(json)!;
        if (id is not null)
            node["id"] = id;
        return node.ToJsonString();
    }
}
