using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ServerLib.Clients;
using ServerLib.Protocol;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Clients;

[TestClass]
public sealed class ReconnectTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly SteppedTime _time = new();

    [TestMethod]
    public async Task The_client_reconnects_after_the_requested_delay_and_rejoins_its_groups()
    {
        using var server = new ScriptedServer();
        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(Options(server), _guard);
        await using ServerClient disposed = client;
        await JoinAsync(client, peer, "chess");
        await JoinAsync(client, peer, "go");
        Task leaving = client.LeaveAsync("go", _guard);
        await peer.WriteAsync(FrameType.Leave, await peer.ReadAsync(FrameType.Leave));
        await leaving;
        Task<Response> asking = client.RequestAsync("?", cancellationToken: _guard);
        await peer.ReadAsync(FrameType.Request);

        await peer.WriteAsync(FrameType.Close, """{"code":"shutdown","text":"Later.","retryAfterMs":5000}""");
        peer.Dispose();
        Assert.AreEqual("shutdown", (await Assert.ThrowsExactlyAsync<ServerClientException>(() => asking)).Code);
        Assert.AreEqual("shutdown", (await client.NextAsync(ReceivedKind.Disconnected, _guard)).Code);
        await Assert.ThrowsExactlyAsync<ServerClientException>(async () => await client.SendAsync("?", _guard));

        await _time.PassAsync(TimeSpan.FromSeconds(5.5), _guard);
        using ScriptedCompactPeer again = await server.AcceptAsync(_guard);
        await again.LogInAsync();
        Assert.AreEqual("""{"group":"chess"}""", await again.ReadAsync(FrameType.Join));
        await client.NextAsync(ReceivedKind.Reconnected, _guard);
        await again.WriteAsync(FrameType.MessageOut, [1, (byte)'a', 7]);
        Assert.AreEqual(7, (await client.NextAsync(ReceivedKind.Message, _guard)).Body.Span[0]);
        await client.SendAsync("x", _guard);
        await again.ReadAsync(FrameType.MessageIn);
        again.Dispose();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task The_client_sends_its_key_again_and_logs_in_with_its_newest_one(bool isDisposed)
    {
        (RSA first, RSA second) = ClientKeys.Two();
        using var server = new ScriptedServer();
        ServerClientOptions options = Options(server);
        options.PrivateKey = first;
        Task<ServerClient> connecting = ServerClient.ConnectAsync(options, _guard);
        using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        await LogInByKeyAsync(peer, first);
        await using ServerClient client = await connecting;

        Task<IReadOnlyList<UserKey>> saving = client.SaveKeyAsync("new", second, _guard);
        await AnswerKeyAsync(peer, Saved(first), Saved(second));
        await saving;
        Task<IReadOnlyList<UserKey>> removing = client.RemoveSavedKeyAsync("old", _guard);
        await AnswerKeyAsync(peer, Saved(second));
        await removing;
        if (isDisposed)
        {
            using var sent = RSA.Create(2048);
            Task<RSA> sending = client.SendKeyAsync(sent, _guard);
            await peer.ReadAsync(FrameType.Key);
            await peer.WriteAsync(FrameType.Key, new JsonObject { ["publicKey"] = second.ExportSubjectPublicKeyInfoPem() }.ToJsonString());
            (await sending).Dispose();
        }

        peer.Dispose();
        await _time.PassAsync(TimeSpan.FromSeconds(0.5), _guard);
        using ScriptedCompactPeer again = await server.AcceptAsync(_guard);
        await LogInByKeyAsync(again, second);
        JsonNode key = JsonNode.Parse(await again.ReadAsync(FrameType.Key))!;
        Assert.AreEqual(isDisposed, key["publicKey"]!.ToString() != second.ExportSubjectPublicKeyInfoPem());
        Assert.AreEqual(isDisposed, key["signature"] is null);
        Assert.IsNull(key["save"]);
        await client.NextAsync(ReceivedKind.Disconnected, _guard);
        await client.NextAsync(ReceivedKind.Reconnected, _guard);
        again.Dispose();
    }

    [TestMethod]
    public async Task The_client_retries_while_the_server_is_busy_and_gives_up_when_refused()
    {
        using var server = new ScriptedServer();
        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(Options(server), _guard);
        await using ServerClient disposed = client;
        peer.Dispose();

        await _time.PassAsync(TimeSpan.FromSeconds(0.5), _guard);
        await AnswerAsync(server, """{"code":"busy","retryAfterMs":3000}""");
        await _time.PassAsync(TimeSpan.FromSeconds(4), _guard);
        await AnswerAsync(server, """{"code":"failure"}""");

        ServerClientException end = await client.EndAsync(_guard);
        Assert.AreEqual(LoginCode.Failure, ((LoginException)end).Result);
    }

    [TestMethod]
    public async Task A_kicked_client_does_not_reconnect()
    {
        using var server = new ScriptedServer();
        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(Options(server), _guard);
        await using ServerClient disposed = client;
        await peer.WriteAsync(FrameType.Close, """{"code":"kicked","text":"Out."}""");
        peer.Dispose();

        Assert.AreEqual("kicked", (await client.EndAsync(_guard)).Code);
    }

    [TestMethod]
    public async Task A_client_can_be_disposed_while_it_waits_to_reconnect()
    {
        using var server = new ScriptedServer();
        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(Options(server), _guard);
        peer.Dispose();
        await client.NextAsync(ReceivedKind.Disconnected, _guard);

        await client.DisposeAsync();
        await foreach (ReceivedMessage message in client.ReadAllAsync(_guard))
            Assert.Fail(message.ToString());
    }

    [TestMethod]
    public async Task A_silent_server_is_pinged_and_then_counts_as_lost()
    {
        using var server = new ScriptedServer();
        ServerClientOptions options = Options(server);
        options.Reconnect = false;
        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(options, _guard);
        await using ServerClient disposed = client;
        using ScriptedCompactPeer closed = peer;

        await _time.PassAsync(options.KeepAlive, _guard);
        _time.Advance(options.KeepAlive);
        await peer.ReadAsync(FrameType.Ping);
        await peer.WriteAsync(FrameType.MessageOut, [1, (byte)'a', 7]);
        await client.NextAsync(ReceivedKind.Message, _guard);
        await client.PingAsync(peer, _guard);

        _time.Advance(options.KeepAlive);
        Assert.IsTrue(client.IsConnected);
        _time.Advance(options.KeepAlive);
        await peer.ReadAsync(FrameType.Ping);
        _time.Advance(options.KeepAlive);
        Assert.AreEqual("lost", (await client.EndAsync(_guard)).Code);
    }

    [TestMethod]
    public void Backoff_doubles_up_to_its_limit_and_can_be_reset()
    {
        var backoff = new Backoff(new ServerClientOptions { Jitter = () => 1 });

        TimeSpan[] waits = [.. Enumerable.Range(0, 8).Select(_ => backoff.Next(null))];
        CollectionAssert.AreEqual(new[] { 1, 2, 4, 8, 16, 30, 30, 30 }, waits.Select(wait => (int)wait.TotalSeconds).ToArray());
        backoff.Reset();
        Assert.AreEqual(TimeSpan.FromSeconds(11), backoff.Next(TimeSpan.FromSeconds(10)));
        Assert.AreEqual(TimeSpan.FromDays(1), backoff.Next(TimeSpan.FromDays(1)));
        Assert.AreEqual(TimeSpan.FromDays(1), backoff.Next(TimeSpan.MaxValue));
    }

    private ServerClientOptions Options(ScriptedServer server)
    {
        ServerClientOptions options = server.Options;
        options.Reconnect = true;
        options.TimeProvider = _time;
        options.Jitter = () => 0.5;
        return options;
    }

    private async Task JoinAsync(ServerClient client, ScriptedCompactPeer peer, string group)
    {
        Task joining = client.JoinAsync(group, _guard);
        await peer.WriteAsync(FrameType.Join, await peer.ReadAsync(FrameType.Join));
        await joining;
    }

    private static async Task LogInByKeyAsync(ScriptedCompactPeer peer, RSA key)
    {
        await peer.ReadPrefaceAsync();
        await peer.WriteAsync(
            FrameType.Hello,
            $$"""{"protocol":"SLIB/2","maxFrame":65536,"mechanisms":["PLAIN","KEY"],"nonce":"{{Convert.ToBase64String(new byte[32])}}"}""");
        JsonNode login = JsonNode.Parse(await peer.ReadAsync(FrameType.Login))!;
        Assert.AreEqual(key.ExportSubjectPublicKeyInfoPem(), login["publicKey"]!.ToString());
        await peer.WriteAsync(FrameType.Result, """{"code":"ok"}""");
        await peer.WriteAsync(FrameType.Welcome, """{"alias":"Zoe","greeting":"Hello","session":"7"}""");
    }

    private static async Task AnswerKeyAsync(ScriptedCompactPeer peer, params JsonNode[] saved)
    {
        await peer.ReadAsync(FrameType.Key);
        await peer.WriteAsync(FrameType.Key, new JsonObject { ["saved"] = new JsonArray(saved) }.ToJsonString());
    }

    private static JsonObject Saved(RSA key) =>
        new() { ["name"] = "key", ["fingerprint"] = UserKey.FingerprintOf(key.ExportSubjectPublicKeyInfo()), ["added"] = "2026-01-02T03:04:05Z" };

    private async Task AnswerAsync(ScriptedServer server, string result)
    {
        using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        await peer.ReadLoginAsync();
        await peer.WriteHelloAsync();
        await peer.WriteAsync(FrameType.Result, result);
        await peer.ReadToEndAsync();
    }
}
