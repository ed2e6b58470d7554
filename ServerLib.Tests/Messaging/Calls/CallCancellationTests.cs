using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Messaging;

/// <summary>CANCEL, and the end of the connection: tokens are canceled, and each call still gets exactly one answer.</summary>
[TestClass]
public sealed class CallCancellationTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _seen = [];

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task A_running_call_that_is_canceled_is_answered_with_243(int maxConcurrentCalls)
    {
        await using CallServer server = await StartAsync(maxConcurrentCalls);
        using CompactClient alice = await server.JoinAsync();
        await alice.SendAsync(RawFrame.Call(1, "wait"));
        await _started.Task.WaitAsync(_guard);
        await alice.SendAsync(RawFrame.Cancel(1), RawFrame.Call(2, "echo", "5"));

        string[] answers = await AnswersAsync(alice, 2);
        CollectionAssert.AreEqual(new[] { "1 243 ", "2 0 5" }, answers.Order(StringComparer.Ordinal).ToArray());
        Assert.IsEmpty(server.Logged);
    }

    [TestMethod]
    public async Task A_call_that_waits_for_its_turn_and_is_canceled_does_not_begin()
    {
        await using CallServer server = await StartAsync();
        using CompactClient alice = await server.JoinAsync();
        await alice.SendAsync(
            RawFrame.Call(1, "wait"), RawFrame.Call(2, "echo", "2"), RawFrame.Call(3, "echo", "3"), RawFrame.Cancel(2), RawFrame.Cancel(1));

        string[] answers = await AnswersAsync(alice, 3);
        CollectionAssert.AreEqual(new[] { "1 243 ", "2 243 ", "3 0 3" }, answers);
        Assert.AreEqual("3", string.Join(' ', _seen));
    }

    [TestMethod]
    public async Task An_id_can_be_used_again_after_its_canceled_call_is_answered()
    {
        await using CallServer server = await StartAsync();
        using CompactClient alice = await server.JoinAsync();
        await alice.SendAsync(RawFrame.Call(1, "wait"), RawFrame.Call(2, "echo", "2"), RawFrame.Cancel(2), RawFrame.Cancel(1));
        await AnswersAsync(alice, 2);
        await alice.SendAsync(RawFrame.Call(2, "echo", "7"));

        Assert.AreEqual("2 0 7", (await alice.ReceiveAsync(FrameType.Response)).Answer);
    }

    [TestMethod]
    public async Task CANCEL_of_an_unknown_or_answered_call_is_ignored()
    {
        await using CallServer server = await StartAsync();
        using CompactClient alice = await server.JoinAsync();
        await alice.SendAsync(RawFrame.Cancel(1), RawFrame.Call(1, "echo", "1"), RawFrame.Cancel(1), RawFrame.Cancel(9), RawFrame.Call(2, "echo", "2"));

        string[] answers = await AnswersAsync(alice, 2);
        CollectionAssert.AreEqual(new[] { "1 0 1", "2 0 2" }, answers);
        await alice.SettleAsync();
    }

    [TestMethod]
    public async Task A_method_that_ignores_its_token_answers_as_usual()
    {
        await using CallServer server = await StartAsync();
        using CompactClient alice = await server.JoinAsync();
        await alice.SendAsync(RawFrame.Call(1, "stubborn"));
        await _started.Task.WaitAsync(_guard);
        await alice.SendAsync(RawFrame.Cancel(1));
        await alice.SettleAsync();
        _release.SetResult();

        Assert.AreEqual("1 0 true", (await alice.ReceiveAsync(FrameType.Response)).Answer);
    }

    [TestMethod]
    public async Task A_flood_of_CANCEL_does_no_harm()
    {
        await using CallServer server = await StartAsync();
        using CompactClient alice = await server.JoinAsync();
        byte[] flood = [.. Enumerable.Range(100, 20_000).SelectMany(id => RawFrame.Cancel((uint)id).ToBytes())];
        await alice.SendAsync(RawFrame.Call(1, "wait"));
        await _started.Task.WaitAsync(_guard);
        Task sending = alice.SendRawAsync(flood);
        _release.SetResult();
        await sending;
        await alice.SendAsync(RawFrame.Call(20_000, "echo", "1"));

        Assert.AreEqual("1 0 ", (await alice.ReceiveAsync(FrameType.Response)).Answer);
        Assert.AreEqual("20000 0 1", (await alice.ReceiveAsync(FrameType.Response)).Answer);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task The_end_of_the_connection_cancels_its_calls_and_waits_for_them(int maxConcurrentCalls)
    {
        var disconnected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var canceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CallServer server = await CallServer.StartAsync(
            builder => builder
                .MapCall("stubborn", async (CancellationToken token) =>
                {
                    using CancellationTokenRegistration registration = token.Register(canceled.SetResult);
                    _started.SetResult();
                    await _release.Task;
                })
                .OnDisconnected((_, _) =>
                {
                    disconnected.SetResult();
                    return ValueTask.CompletedTask;
                }),
            maxConcurrentCalls);
        CompactClient alice = server.Connect(out Task running);
        await CallServer.LogInAsync(alice, "alice");
        await alice.SendAsync(RawFrame.Call(1, "stubborn"));
        await _started.Task.WaitAsync(_guard);
        if (maxConcurrentCalls == 1)
            server.Services.GetRequiredService<IConnectionLedger>().Connections.Single().End(DisconnectReason.Kicked);
        alice.Dispose();
        await canceled.Task.WaitAsync(_guard);
        Assert.IsFalse(disconnected.Task.IsCompleted);

        _release.SetResult();
        await disconnected.Task.WaitAsync(_guard);
        await running.WaitAsync(_guard);
    }

    private static async Task<string[]> AnswersAsync(CompactClient client, int count)
    {
        List<string> answers = [];
        while (answers.Count < count)
            answers.Add((await client.ReceiveAsync(FrameType.Response)).Answer);
        return [.. answers];
    }

    private Task<CallServer> StartAsync(int maxConcurrentCalls = 1) => CallServer.StartAsync(
        builder => builder
            .MapCall("echo", (int value) =>
            {
                _seen.Enqueue($"{value}");
                return value;
            })
            .MapCall("wait", async (CancellationToken token) =>
            {
                _started.TrySetResult();
                await _release.Task.WaitAsync(token);
            })
            .MapCall("stubborn", async (CancellationToken token) =>
            {
                _started.TrySetResult();
                await _release.Task;
                return token.IsCancellationRequested;
            }),
        maxConcurrentCalls);
}
