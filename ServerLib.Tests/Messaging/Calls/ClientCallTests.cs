using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Messaging;

/// <summary>Calls and events from the server to one client.</summary>
[TestClass]
public sealed class ClientCallTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_client_is_called_from_OnConnectedAsync_and_from_within_a_call()
    {
        await using CallServer server = await CallServer.StartAsync(builder => builder
            .OnConnected(async (connection, token) => connection.Items["name"] = await connection.CallAsync<string>("name", cancellationToken: token))
            .MapCall("sum", async (Pair pair, Connection from) => await from.CallAsync<int>("add", pair) + pair.A)
            .MapCall("name", (Connection from) => (string)from.Items["name"]!));
        using CompactClient alice = await server.JoinAsync();
        RawFrame name = await alice.ReceiveAsync(FrameType.Call);
        Assert.AreEqual("name ", Called(name));
        await alice.SendAsync(RawFrame.Call(1, "name"), RawFrame.Response(name.Id, 0, "\"Alice\""));
        Assert.AreEqual("1 0 \"Alice\"", (await alice.ReceiveAsync(FrameType.Response)).Answer);

        await alice.SendAsync(RawFrame.Call(2, "sum", """{"a":1,"b":2}"""));
        RawFrame add = await alice.ReceiveAsync(FrameType.Call);
        Assert.AreEqual("""add {"a":1,"b":2}""", Called(add));
        await alice.SendAsync(RawFrame.Response(add.Id, 0, "3"));
        Assert.AreEqual("2 0 4", (await alice.ReceiveAsync(FrameType.Response)).Answer);
    }

    [TestMethod]
    public async Task A_cycle_of_calls_works_if_calls_may_run_at_the_same_time()
    {
        await using CallServer server = await CallServer.StartAsync(
            builder => builder
                .MapCall("outer", async (Connection from) => await from.CallAsync<int>("middle"))
                .MapCall("inner", () => 5),
            maxConcurrentCalls: 2);
        using CompactClient alice = await server.JoinAsync();
        await alice.SendAsync(RawFrame.Call(1, "outer"));
        RawFrame middle = await alice.ReceiveAsync(FrameType.Call);
        await alice.SendAsync(RawFrame.Call(2, "inner"));
        Assert.AreEqual("2 0 5", (await alice.ReceiveAsync(FrameType.Response)).Answer);
        await alice.SendAsync(RawFrame.Response(middle.Id, 0, "6"));

        Assert.AreEqual("1 0 6", (await alice.ReceiveAsync(FrameType.Response)).Answer);
    }

    [TestMethod]
    public async Task An_answer_with_another_status_throws()
    {
        await using CallServer server = await StartAsync();
        using CompactClient alice = await server.JoinAsync();
        Connection connection = ConnectionOf(server);

        Assert.AreEqual("7 Full.", await FailAsync<CallException>(Response(7, "Full.")));
        Assert.AreEqual("240 None.", await FailAsync<CallException>(Response(240, "None.")));
        Assert.AreEqual("0 The body does not match.", await FailAsync<BodyFormatException>(Response(0, "\"x\"")));

        async Task<string> FailAsync<T>(Func<uint, RawFrame> answer)
            where T : Exception
        {
            Task<int> calling = connection.CallAsync<int>("x", cancellationToken: _guard).AsTask();
            await alice.SendAsync(answer((await alice.ReceiveAsync(FrameType.Call)).Id));
            T e = await Assert.ThrowsExactlyAsync<T>(() => calling);
            return e is CallException call ? $"{call.Status} {call.Text}" : $"0 {e.Message}";
        }

        static Func<uint, RawFrame> Response(byte status, string text) => id => RawFrame.Response(id, status, text);
    }

    [TestMethod]
    public async Task The_status_of_another_call_is_not_passed_on()
    {
        await using CallServer server = await CallServer.StartAsync(builder => builder
            .MapCall("outer", async (Connection from) => await from.CallAsync<int>("inner")));
        using CompactClient alice = await server.JoinAsync();
        await alice.SendAsync(RawFrame.Call(1, "outer"));
        await alice.SendAsync(RawFrame.Response((await alice.ReceiveAsync(FrameType.Call)).Id, 7, "secret"));

        Assert.AreEqual("1 241 The method failed.", (await alice.ReceiveAsync(FrameType.Response)).Answer);
        Assert.IsInstanceOfType<CallException>(server.Logged.Single());
    }

    [TestMethod]
    public async Task A_call_that_times_out_or_is_canceled_sends_CANCEL_and_drops_the_answer()
    {
        var time = new FakeTimeProvider();
        await using CallServer server = await StartAsync(builder => builder.Use<TimeProvider>(time));
        using CompactClient alice = await server.JoinAsync();
        Connection connection = ConnectionOf(server);
        using var stop = new CancellationTokenSource();
        Task late = connection.CallAsync("late", timeout: TimeSpan.FromSeconds(5), cancellationToken: _guard).AsTask();
        Task canceled = connection.CallAsync("canceled", cancellationToken: stop.Token).AsTask();
        RawFrame first = await alice.ReceiveAsync(FrameType.Call);
        RawFrame second = await alice.ReceiveAsync(FrameType.Call);

        time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsExactlyAsync<TimeoutException>(() => late);
        Assert.AreEqual(first.Id, (await alice.ReceiveAsync(FrameType.Cancel)).Id);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => canceled);
        Assert.AreEqual(second.Id, (await alice.ReceiveAsync(FrameType.Cancel)).Id);
        await alice.SendAsync(RawFrame.Response(first.Id, 0, "1"), RawFrame.Response(second.Id, 243), RawFrame.Response(first.Id, 0));
        await alice.SettleAsync();

        Task<int> next = connection.CallAsync<int>("next", 1, cancellationToken: _guard).AsTask();
        await alice.SendAsync(RawFrame.Response((await alice.ReceiveAsync(FrameType.Call)).Id, 0));
        Assert.AreEqual(0, await next, "An empty answer is the default.");
    }

    [TestMethod]
    public async Task A_call_of_a_client_that_disconnects_fails()
    {
        await using CallServer server = await StartAsync();
        CompactClient alice = await server.JoinAsync();
        Task calling = ConnectionOf(server).CallAsync("x", cancellationToken: _guard).AsTask();
        await alice.ReceiveAsync(FrameType.Call);
        alice.Dispose();

        await Assert.ThrowsExactlyAsync<ServerLibException>(() => calling);
    }

    [TestMethod]
    public async Task A_client_without_the_feature_cannot_be_called_or_sent_events()
    {
        await using CallServer server = await StartAsync();
        using CompactClient alice = await server.JoinAsync(features: "id");
        Connection connection = ConnectionOf(server);

        Assert.IsFalse(connection.SupportsCalls);
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => connection.CallAsync("x", cancellationToken: _guard).AsTask());
        Assert.ThrowsExactly<ServerLibException>(() => connection.TrySendEvent("x", 1));
        Assert.ThrowsExactly<ServerLibException>(() => connection.TrySendEvent("x", 1, CallContext.Default.Int32));
        Assert.ThrowsExactly<ServerLibException>(() => connection.TrySendEvent("x"));
        await alice.SettleAsync();
    }

    [TestMethod]
    public async Task An_event_for_one_client_carries_its_data()
    {
        await using CallServer server = await StartAsync();
        using CompactClient alice = await server.JoinAsync(maxFrame: 4096);
        Connection connection = ConnectionOf(server);
        Assert.IsTrue(connection.SupportsCalls);
        Assert.AreEqual(SendOutcome.Sent, connection.TrySendEvent("pair", new Pair(1, 2)));
        Assert.AreEqual(SendOutcome.Sent, connection.TrySendEvent("typed", 3, CallContext.Default.Int32));
        Assert.AreEqual(SendOutcome.Sent, connection.TrySendEvent("none"));
        Assert.IsTrue(await connection.SendEventAsync("waited", "x", _guard));
        Assert.AreEqual(SendOutcome.TooLarge, connection.TrySendEvent("large", new string('x', 4096)));
        Assert.IsFalse(await connection.SendEventAsync("large", new string('x', 4096), _guard));
        Assert.ThrowsExactly<ArgumentException>(() => connection.TrySendEvent("", 1));
        Assert.ThrowsExactly<ArgumentException>(() => connection.TrySendEvent(new string('x', 256), 1));

        string[] events = [.. (await alice.ReceiveFramesAsync(4)).Select(frame => $"{frame.Type} {string.Join(' ', frame.Parts(1))}")];
        CollectionAssert.AreEqual(new[] { """Event pair {"a":1,"b":2}""", "Event typed 3", "Event none ", "Event waited \"x\"" }, events);
    }

    [TestMethod]
    public async Task Typed_calls_of_a_client_need_no_reflection()
    {
        await using CallServer server = await StartAsync();
        using CompactClient alice = await server.JoinAsync();
        Connection connection = ConnectionOf(server);
        Task<int> calling = connection.CallAsync("add", new Pair(1, 2), CallContext.Default.Pair, CallContext.Default.Int32, cancellationToken: _guard).AsTask();
        RawFrame call = await alice.ReceiveAsync(FrameType.Call);
        Assert.AreEqual("""add {"a":1,"b":2}""", Called(call));
        await alice.SendAsync(RawFrame.Response(call.Id, 0, "3"));
        Assert.AreEqual(3, await calling);

        Task telling = connection.CallAsync("tell", 4, CallContext.Default.Int32, cancellationToken: _guard).AsTask();
        call = await alice.ReceiveAsync(FrameType.Call);
        Assert.AreEqual("tell 4", Called(call));
        await alice.SendAsync(RawFrame.Response(call.Id, 0));
        await telling;
    }

    private static Task<CallServer> StartAsync(Action<IServerLibBuilder>? build = null) => CallServer.StartAsync(builder =>
    {
        builder.OnMessage((_, _) => { });
        build?.Invoke(builder);
    });

    private static Connection ConnectionOf(CallServer server) => server.Services.GetRequiredService<IConnectionLedger>().Connections.Single();

    /// <summary>What a CALL says: <c>name body</c>.</summary>
    private static string Called(RawFrame call)
    {
        int body = 5 + call.Payload[4];
        return $"{Encoding.UTF8.GetString(call.Payload, 5, call.Payload[4])} {Encoding.UTF8.GetString(call.Payload, body, call.Payload.Length - body)}";
    }
}
