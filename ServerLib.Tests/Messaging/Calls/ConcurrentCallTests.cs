using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Messaging;

/// <summary>The order of calls, and calls of one connection that run at the same time.</summary>
[TestClass]
public sealed class ConcurrentCallTests
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _gates = new();
    private readonly ConcurrentQueue<string> _order = [];

    [TestMethod]
    public async Task Calls_messages_and_events_of_a_connection_are_handled_in_order_by_default()
    {
        await using CallServer server = await StartAsync(1);
        using CompactClient alice = await server.JoinAsync();
        await alice.SendAsync(RawFrame.Call(1, "gate", "1"), RawFrame.Call(2, "gate", "2"), RawFrame.Event("moved", "3"), RawFrame.Message("4"), RawFrame.Call(5, "now"));
        await alice.SettleAsync();
        Assert.AreEqual("1", string.Join(' ', _order));

        Open(1);
        Assert.AreEqual("1 0 1", (await alice.ReceiveAsync(FrameType.Response)).Answer);
        Open(2);
        Assert.AreEqual("2 0 2", (await alice.ReceiveAsync(FrameType.Response)).Answer);
        Assert.AreEqual("5 0 ", (await alice.ReceiveAsync(FrameType.Response)).Answer);
        Assert.AreEqual("1 2 3 4", string.Join(' ', _order));
    }

    [TestMethod]
    public async Task Up_to_MaxConcurrentCalls_run_at_a_time_and_end_in_any_order()
    {
        await using CallServer server = await StartAsync(2);
        using CompactClient alice = await server.JoinAsync();
        await alice.SendAsync(RawFrame.Call(1, "gate", "1"), RawFrame.Message("m"), RawFrame.Call(2, "gate", "2"), RawFrame.Call(3, "gate", "3"), RawFrame.Call(4, "now"));
        await alice.SettleAsync();
        Assert.AreEqual("1 m 2", string.Join(' ', _order));

        Open(2);
        Assert.AreEqual("2 0 2", (await alice.ReceiveAsync(FrameType.Response)).Answer);
        Open(3);
        string[] answers = [.. (await alice.ReceiveFramesAsync(2)).Select(frame => frame.Answer).Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(new[] { "3 0 3", "4 0 " }, answers);
        Open(1);
        Assert.AreEqual("1 0 1", (await alice.ReceiveAsync(FrameType.Response)).Answer);
        Assert.AreEqual("1 m 2 3", string.Join(' ', _order));
    }

    [TestMethod]
    public async Task CANCEL_is_noticed_while_another_call_waits_for_its_turn()
    {
        await using CallServer server = await StartAsync(2);
        using CompactClient alice = await server.JoinAsync();
        await alice.SendAsync(RawFrame.Call(1, "gate", "1"), RawFrame.Call(2, "gate", "2"), RawFrame.Call(3, "now"), RawFrame.Cancel(2));

        Assert.AreEqual("2 243 ", (await alice.ReceiveAsync(FrameType.Response)).Answer);
        Assert.AreEqual("3 0 ", (await alice.ReceiveAsync(FrameType.Response)).Answer);
        Open(1);
        Assert.AreEqual("1 0 1", (await alice.ReceiveAsync(FrameType.Response)).Answer);
    }

    [TestMethod]
    public async Task An_id_that_is_used_again_before_its_answer_ends_the_connection()
    {
        await using CallServer server = await StartAsync(2);
        using CompactClient alice = await server.JoinAsync();
        await alice.SendAsync(RawFrame.Call(1, "gate", "1"), RawFrame.Call(1, "gate", "2"));

        Assert.AreEqual("bad-frame", await alice.ReceiveCloseAsync());
        Assert.AreEqual("1", string.Join(' ', _order));
    }

    [TestMethod]
    public async Task A_client_whose_call_runs_is_not_idle()
    {
        var time = new FakeTimeProvider();
        await using CallServer server = await StartAsync(2, builder =>
        {
            builder.Use<TimeProvider>(time);
            builder.Configure(options => (options.Limits.IdleTimeout, options.Limits.KeepAlive) = (TimeSpan.FromSeconds(10), TimeSpan.Zero));
        });
        using CompactClient alice = await server.JoinAsync();
        await alice.SendAsync(RawFrame.Call(1, "gate", "1"));
        await alice.SettleAsync();
        for (int i = 0; i < 30; i++)
            time.Advance(TimeSpan.FromSeconds(1));
        Open(1);
        Assert.AreEqual("1 0 1", (await alice.ReceiveAsync(FrameType.Response)).Answer);

        for (int i = 0; i < 30; i++)
            time.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual("idle", await alice.ReceiveCloseAsync());
    }

    private Task<CallServer> StartAsync(int max, Action<IServerLibBuilder>? build = null) => CallServer.StartAsync(
        builder =>
        {
            builder
                .MapCall("gate", async (int gate, CancellationToken token) =>
                {
                    _order.Enqueue($"{gate}");
                    await Gate(gate).Task.WaitAsync(token);
                    return gate;
                })
                .MapCall("now", () => { })
                .MapEvent("moved", (int value) => _order.Enqueue($"{value}"))
                .OnMessage((_, message) => _order.Enqueue(message.Text));
            build?.Invoke(builder);
        },
        max);

    private void Open(int gate) => Gate(gate).SetResult();

    private TaskCompletionSource Gate(int gate) =>
        _gates.GetOrAdd(gate, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
