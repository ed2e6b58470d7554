using System.Buffers.Binary;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Protocol;
using ServerLib.Tests.Clients;

namespace ServerLib.Tests.Resuming;

/// <summary>What <see cref="ServerClient"/> sends to keep and resume its session, and how it takes the server's answers.</summary>
[TestClass]
public sealed class ClientResumeRuleTests : IAsyncDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTimeProvider _time = new();
    private ServerClient _client = null!;

    public async ValueTask DisposeAsync() => await PassingTime.DisposeAsync(_time, _client);

    [TestMethod]
    public async Task The_client_acknowledges_at_once_after_a_second_and_with_64_KiB()
    {
        using var server = new ScriptedServer();
        ServerClient client = Create(server);
        using ScriptedCompactPeer peer = await LogInAsync(server, client);
        await peer.WriteAsync(FrameType.MessageOut, "\u0003bobone");
        await ReadMessageAsync(client);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual(1, await ReadAckAsync(peer));

        await peer.WriteAsync(FrameType.MessageOut, "\u0003bob" + new string('x', 70_000));
        Assert.AreEqual(2, await ReadAckAsync(peer));
    }

    [TestMethod]
    public async Task The_client_resumes_with_what_it_has_received_and_sends_the_rest_again()
    {
        using var server = new ScriptedServer();
        ServerClient client = Create(server);
        ScriptedCompactPeer peer = await LogInAsync(server, client);
        await peer.WriteAsync(FrameType.MessageOut, "\u0003bobone");
        await ReadMessageAsync(client);
        await client.SendAsync("a", _guard);
        await client.SendAsync("b", _guard);
        await peer.ReadAsync(FrameType.MessageIn);
        peer.Dispose();

        using ScriptedCompactPeer next = await AcceptResumeAsync(server);
        await next.WriteAsync(FrameType.Resumed, """{"received":1}""");
        Assert.AreEqual("b", await next.ReadAsync(FrameType.MessageIn));
    }

    [TestMethod]
    public async Task A_server_that_refuses_the_connection_for_now_is_asked_again()
    {
        using var server = new ScriptedServer();
        ServerClient client = Create(server);
        ScriptedCompactPeer peer = await LogInAsync(server, client);
        peer.Dispose();
        using (ScriptedCompactPeer full = await AcceptResumeAsync(server, received: 0))
            await full.WriteAsync(FrameType.Close, """{"code":"full"}""");

        using ScriptedCompactPeer next = await AcceptResumeAsync(server, received: 0);
        await next.WriteAsync(FrameType.Resumed, """{"received":0}""");
        await client.WaitUntilConnectedAsync(_guard);
        Assert.AreEqual("7", client.Session);
    }

    [TestMethod]
    [DataRow((byte)FrameType.Result, """{"code":"not-resumable"}""")]
    [DataRow((byte)FrameType.Error, """{"code":"unknown-type"}""")]
    public async Task A_client_whose_session_has_ended_logs_in_again(byte type, string answer)
    {
        using var server = new ScriptedServer();
        ServerClient client = Create(server);
        ScriptedCompactPeer peer = await LogInAsync(server, client);
        peer.Dispose();
        using (ScriptedCompactPeer refusing = await AcceptResumeAsync(server, received: 0))
            await refusing.WriteAsync((FrameType)type, answer);

        using ScriptedCompactPeer next = await server.AcceptAsync(_guard);
        StringAssert.Contains(await next.ReadLoginAsync(), "PLAIN");
    }

    [TestMethod]
    public async Task A_client_whose_session_continues_elsewhere_does_not_reconnect()
    {
        using var server = new ScriptedServer();
        ServerClient client = Create(server);
        using ScriptedCompactPeer peer = await LogInAsync(server, client);
        await peer.WriteAsync(FrameType.Close, """{"code":"resumed"}""");
        ServerClientException end = await Assert.ThrowsExactlyAsync<ServerClientException>(() => ReadMessageAsync(client));
        Assert.AreEqual("resumed", end.Code);
        Assert.IsTrue(end.IsFinal);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(-1)]
    public async Task A_server_that_acknowledges_what_was_not_sent_is_not_trusted(long count)
    {
        using var server = new ScriptedServer();
        ServerClient client = Create(server);
        using ScriptedCompactPeer peer = await LogInAsync(server, client);
        await client.SendAsync("a", _guard);
        await peer.ReadAsync(FrameType.MessageIn);
        byte[] payload = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(payload, count);
        await peer.WriteAsync(FrameType.Ack, payload);
        StringAssert.Contains(await peer.ReadAsync(FrameType.Close), "bad-frame");
    }

    [TestMethod]
    public async Task A_client_that_disconnects_waits_for_the_last_ACK()
    {
        using var server = new ScriptedServer();
        ServerClient client = Create(server);
        using ScriptedCompactPeer peer = await LogInAsync(server, client);
        await client.SendAsync("a", _guard);
        ValueTask disposing = client.DisposeAsync();
        await peer.ReadAsync(FrameType.MessageIn);
        await peer.ReadAsync(FrameType.Ping);
        byte[] payload = new byte[8];
        payload[7] = 1;
        await peer.WriteAsync(FrameType.Ack, payload);
        StringAssert.Contains(await peer.ReadAsync(FrameType.Close), "bye");
        peer.Dispose();
        await disposing;
    }

    private ServerClient Create(ScriptedServer server)
    {
        ServerClientOptions options = server.Options;
        options.Reconnect = true;
        options.Jitter = () => 0;
        options.TimeProvider = _time;
        return _client = new ServerClient(options);
    }

    /// <summary>Logs the client in with a session that can be resumed, and reads its first ACK.</summary>
    private async Task<ScriptedCompactPeer> LogInAsync(ScriptedServer server, ServerClient client)
    {
        Task connecting = client.ConnectAsync(_guard);
        ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        StringAssert.Contains(await peer.ReadLoginAsync(), "\"resume\"");
        await peer.WriteHelloAsync(hasIds: true);
        await peer.WriteAsync(FrameType.Result, """{"code":"ok"}""");
        await peer.WriteAsync(FrameType.Welcome, """{"alias":"Zoe","greeting":"Hello","session":"7","resumeToken":"abc","resumeSeconds":30}""");
        await connecting;
        Assert.AreEqual(0, await ReadAckAsync(peer));
        return peer;
    }

    private async Task<ScriptedCompactPeer> AcceptResumeAsync(ScriptedServer server, int received = 1)
    {
        ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        await peer.ReadPrefaceAsync();
        await peer.WriteHelloAsync(hasIds: true);
        Assert.AreEqual($$"""{"session":"7","token":"abc","received":{{received}}}""", await peer.ReadAsync(FrameType.Resume));
        return peer;
    }

    private static async Task<long> ReadAckAsync(ScriptedCompactPeer peer)
    {
        (FrameType type, byte[] payload) = await peer.ReadAsync();
        Assert.AreEqual(FrameType.Ack, type);
        return BinaryPrimitives.ReadInt64BigEndian(payload);
    }

    private async Task ReadMessageAsync(ServerClient client)
    {
        await foreach (ReceivedMessage message in client.ReadAllAsync(_guard))
        {
            if (message.Kind == ReceivedKind.Message)
                return;
        }
    }
}
