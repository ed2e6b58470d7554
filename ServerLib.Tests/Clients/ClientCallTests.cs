using System.Text;
using MemoryPack;
using ServerLib.Protocol;

namespace ServerLib.Tests.Clients;

/// <summary>Calls from the client to a server.</summary>
[TestClass]
public sealed class ClientCallTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly SteppedTime _time = new();

    [TestMethod]
    public async Task Calls_send_their_arguments_and_return_results_whatever_their_order()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        Task<Move> first = client.CallAsync<Move>("reverse", new Move("a", 1), _guard);
        (uint id, string text) = await peer.ReadCallAsync();
        Assert.AreEqual("""reverse{"from":"a","to":1}""", text);
        Task<int?> second = client.CallAsync<int?>("count", _guard);
        (uint nextId, text) = await peer.ReadCallAsync();
        Assert.AreEqual("count", text);
        await peer.WriteResponseAsync(nextId, "");
        await peer.WriteResponseAsync(id, """{"from":"b","to":2}""");

        Assert.IsNull(await second);
        Assert.AreEqual(new Move("b", 2), await first);
    }

    [TestMethod]
    public async Task Calls_with_source_generated_JSON_and_without_results_work()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        var move = new Move("a", 1);
        Assert.AreEqual("""a{"from":"a","to":1}""", await AnswerAsync(
            client.CallAsync("a", move, MoveJson.Default.Move, MoveJson.Default.Int32, _guard), peer, "7"));
        Assert.AreEqual("b", await AnswerAsync(client.CallAsync("b", MoveJson.Default.Int32, _guard), peer, "7"));
        Assert.AreEqual("""c{"from":"a","to":1}""", await AnswerAsync(client.CallAsync("c", move, MoveJson.Default.Move, _guard), peer, "7"));
        Assert.AreEqual("d", await AnswerAsync(client.CallAsync("d", _guard), peer, "7"));
        Assert.AreEqual("e5", await AnswerAsync(client.CallAsync("e", 5, _guard), peer, "7"));
    }

    [TestMethod]
    [DataRow(1, "Full.", "The call 'join' was answered with status 1.")]
    [DataRow(242, "The member 'to' is missing.", "The call 'join' was answered with status 242: The member 'to' is missing.")]
    public async Task A_status_other_than_0_throws_CallException(int status, string text, string message)
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        Task<int> calling = client.CallAsync<int>("join", _guard);
        (uint id, _) = await peer.ReadCallAsync();
        await peer.WriteResponseAsync(id, text, (byte)status);

        CallException e = await Assert.ThrowsExactlyAsync<CallException>(() => calling);
        Assert.AreEqual((status, text, message), ((int)e.Status, e.Text, e.Message));
    }

    [TestMethod]
    [DataRow("""{"from":"a"}""")]
    [DataRow("")]
    [DataRow("[")]
    public async Task A_result_that_does_not_match_throws_BodyFormatException(string result)
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        Task<int> calling = client.CallAsync<int>("count", _guard);
        (uint id, _) = await peer.ReadCallAsync();
        await peer.WriteResponseAsync(id, result);

        await Assert.ThrowsExactlyAsync<BodyFormatException>(() => calling);
        Assert.AreEqual("again", await AnswerAsync(client.CallAsync("again", _guard), peer, ""));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_canceled_or_late_call_sends_CANCEL_and_its_answer_is_dropped(bool isLate)
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(
            _guard, options => (options.MaxOutstandingRequests, options.TimeProvider) = (1, _time), hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(_guard);
        Task<int> calling = client.CallAsync<int>("slow", cancel.Token);
        (uint id, _) = await peer.ReadCallAsync();
        if (isLate)
        {
            await _time.PassAsync(TimeSpan.FromSeconds(30), _guard);
            await Assert.ThrowsExactlyAsync<TimeoutException>(() => calling);
        }
        else
        {
            await cancel.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => calling);
        }

        (FrameType type, byte[] payload) = await peer.ReadAsync();
        Assert.AreEqual((FrameType.Cancel, id, 4), (type, payload[3], payload.Length));
        Task<int> next = client.CallAsync<int>("next", _guard);
        await client.SendAsync("in between", _guard);
        Assert.AreEqual(FrameType.MessageIn, (await peer.ReadAsync()).Type);
        await peer.WriteResponseAsync(id, "", Response.Canceled);
        (uint nextId, _) = await peer.ReadCallAsync();
        Assert.AreNotEqual(id, nextId);
        await peer.WriteResponseAsync(id, "1");
        await peer.WriteResponseAsync(nextId, "2");
        Assert.AreEqual(2, await next);
    }

    [TestMethod]
    public async Task A_call_that_is_canceled_before_it_is_sent_leaves_no_trace()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, options => options.MaxOutstandingRequests = 1, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        await Assert.ThrowsAsync<OperationCanceledException>(() => client.CallAsync("never", new CancellationToken(canceled: true)));
        Assert.AreEqual("sent", await AnswerAsync(client.CallAsync("sent", _guard), peer, ""));
    }

    [TestMethod]
    public async Task The_end_of_the_connection_fails_calls()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        Task<int> calling = client.CallAsync<int>("slow", _guard);
        await peer.ReadCallAsync();
        await peer.WriteAsync(FrameType.Close, """{"code":"kicked","text":"Out."}""");

        Assert.AreEqual("kicked", (await Assert.ThrowsExactlyAsync<ServerClientException>(() => calling)).Code);
    }

    [TestMethod]
    [DataRow(ClientProtocol.Compact)]
    [DataRow(ClientProtocol.Classic)]
    public async Task Calls_and_events_to_a_server_without_them_are_not_supported(ClientProtocol protocol)
    {
        using var server = new ScriptedServer();
        IDisposable peer;
        ServerClient client;
        if (protocol == ClientProtocol.Classic)
            (client, peer) = await server.ConnectClassicAsync(_guard);
        else
            (client, peer) = await server.ConnectAsync(server.Options, _guard);
        await using ServerClient disposed = client;
        using IDisposable closed = peer;

        await Assert.ThrowsExactlyAsync<NotSupportedException>(() => client.CallAsync("any", _guard));
        await Assert.ThrowsExactlyAsync<NotSupportedException>(async () => await client.SendEventAsync("any", _guard));
        client.On("any", _ => ValueTask.CompletedTask).Dispose();
        peer.Dispose();
    }

    [TestMethod]
    public async Task Names_have_1_to_255_bytes_and_arguments_fit_into_a_frame()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        foreach (string name in new[] { "", new string('x', 256), new string('ä', 128) })
        {
            await Assert.ThrowsExactlyAsync<ArgumentException>(() => client.CallAsync(name, _guard));
            await Assert.ThrowsExactlyAsync<ArgumentException>(async () => await client.SendEventAsync(name, _guard));
            Assert.ThrowsExactly<ArgumentException>(() => client.On(name, _ => ValueTask.CompletedTask));
            Assert.ThrowsExactly<ArgumentException>(() => client.OnCall<int, int>(name, (_, _) => new(1)));
        }

        await Assert.ThrowsExactlyAsync<ArgumentException>(() => client.CallAsync("large", new string('x', 65_536), _guard));
        Assert.AreEqual(new string('x', 255), await AnswerAsync(client.CallAsync(new string('x', 255), _guard), peer, ""));
    }

    [TestMethod]
    public async Task Events_are_sent_with_and_without_data()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        await client.SendEventAsync("moved", new Move("a", 1), _guard);
        await client.SendEventAsync("moved", new Move("b", 2), MoveJson.Default.Move, _guard);
        await client.SendEventAsync("tick", _guard);

        Assert.AreEqual("""moved{"from":"a","to":1}""", (await peer.ReadAsync(FrameType.Event))[1..]);
        Assert.AreEqual("""moved{"from":"b","to":2}""", (await peer.ReadAsync(FrameType.Event))[1..]);
        Assert.AreEqual("tick", (await peer.ReadAsync(FrameType.Event))[1..]);
    }

    [TestMethod]
    public async Task Another_serializer_writes_and_reads_all_bodies()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(
            _guard, options => options.BodySerializer = new MemoryPackBodySerializer(), hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        byte[] packed = MemoryPackSerializer.Serialize(new Move("a", 1));
        Task<Move> calling = client.CallAsync<Move>("echo", new Move("a", 1), _guard);
        (_, byte[] sent) = await peer.ReadAsync();
        CollectionAssert.AreEqual(packed, sent[9..]);
        await peer.WriteAsync(FrameType.Response, [.. sent[..4], 0, .. packed]);
        Assert.AreEqual(new Move("a", 1), await calling);

        using IDisposable method = client.OnCall<Move, Move>("echo", (move, _) => new(move));
        await peer.WriteAsync(FrameType.Call, [0, 0, 0, 1, 4, .. "echo"u8, .. packed]);
        CollectionAssert.AreEqual(packed, (await peer.ReadAsync()).Payload[5..]);
        await peer.WriteAsync(FrameType.Call, [0, 0, 0, 2, 4, .. "echo"u8, .. "{}"u8]);
        Assert.AreEqual("242 The body is not in the format of MemoryPack.", (await peer.ReadResponseAsync()).Text);
    }

    private static async Task<string> AnswerAsync(Task calling, ScriptedCompactPeer peer, string result)
    {
        (uint id, string text) = await peer.ReadCallAsync();
        await peer.WriteResponseAsync(id, result);
        await calling;
        return calling is Task<int> { Result: not 7 } ? throw new AssertFailedException($"{text} returned another result.") : text;
    }
}
