using ServerLib.Protocol;

namespace ServerLib.Tests.Clients;

/// <summary>Calls from a server to the client.</summary>
[TestClass]
public sealed class ClientMethodTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_method_is_answered_with_its_result_or_the_status_of_its_failure()
    {
        var log = new ClientLogRecorder();
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, options => options.LoggerFactory = log, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        using IDisposable reverse = client.OnCall<Move, int>("to", (move, _) => new(move.To), MoveJson.Default.Move, MoveJson.Default.Int32);
        using IDisposable move = client.OnCall<Move, Move>("move", (move, _) => new(move with { To = 8 }));
        using IDisposable nothing = client.OnCall<int>("nothing", (_, _) => ValueTask.CompletedTask);
        using IDisposable generated = client.OnCall("generated", (_, _) => ValueTask.CompletedTask, MoveJson.Default.Int32);
        using IDisposable full = client.OnCall<int, int>("full", (_, _) => throw new CallException(9, "Full."));
        using IDisposable broken = client.OnCall<int, int>("broken", (_, _) => throw new InvalidOperationException("Broken."));
        using IDisposable large = client.OnCall<int, string>("large", (size, _) => new(new string('x', size)));

        Assert.AreEqual("0 5", await CallAsync(peer, "to", """{"from":"a","to":5}"""));
        Assert.AreEqual("""0 {"from":"a","to":8}""", await CallAsync(peer, "move", """{"from":"a","to":5}"""));
        Assert.AreEqual("0 ", await CallAsync(peer, "nothing", "1"));
        Assert.AreEqual("0 ", await CallAsync(peer, "generated", "1"));
        Assert.AreEqual("240 The client has no method with this name.", await CallAsync(peer, "unknown", "1"));
        Assert.AreEqual("9 Full.", await CallAsync(peer, "full", "1"));
        Assert.AreEqual("241 The method failed.", await CallAsync(peer, "broken", "1"));
        Assert.AreEqual("241 ", await CallAsync(peer, "large", "70000"));
        Assert.AreEqual("242 The member 'to' does not match.", await CallAsync(peer, "move", """{"from":"a","to":"b"}"""));
        Assert.AreEqual("242 The member 'to' is missing.", await CallAsync(peer, "move", """{"from":"a"}"""));
        Assert.AreEqual("242 The body is empty.", await CallAsync(peer, "full", ""));
        CollectionAssert.Contains(log.Lines, "Error: A handler of the call 'broken' failed.");
        Assert.ThrowsExactly<InvalidOperationException>(() => client.OnCall<int, int>("full", (_, _) => new(1)));
        full.Dispose();
        Assert.AreEqual("240 The client has no method with this name.", await CallAsync(peer, "full", "1"));
        using IDisposable other = client.OnCall<int, int>("full", (_, _) => new(1));
        Assert.AreEqual("0 1", await CallAsync(peer, "full", "1"));
    }

    [TestMethod]
    public async Task A_method_is_canceled_by_CANCEL_and_others_run_on()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        var begun = new SemaphoreSlim(0);
        using IDisposable wait = client.OnCall<int, int>("wait", async (number, token) =>
        {
            begun.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return number;
        });
        using IDisposable quick = client.OnCall<int, int>("quick", (number, _) => new(number));
        await peer.WriteCallAsync(1, "wait", "1");
        await peer.WriteCallAsync(2, "wait", "2");
        await begun.WaitAsync(_guard);
        await begun.WaitAsync(_guard);
        await peer.WriteAsync(FrameType.Cancel, [0, 0, 0, 7]);
        await peer.WriteAsync(FrameType.Cancel, [0, 0, 0, 2]);
        Assert.AreEqual((2u, "243 "), await peer.ReadResponseAsync());
        await peer.WriteAsync(FrameType.Cancel, [0, 0, 0, 2]);
        await peer.WriteCallAsync(2, "quick", "3");
        Assert.AreEqual((2u, "0 3"), await peer.ReadResponseAsync());
        await peer.WriteAsync(FrameType.Cancel, [0, 0, 0, 1]);
        Assert.AreEqual((1u, "243 "), await peer.ReadResponseAsync());
    }

    [TestMethod]
    public async Task A_method_is_canceled_by_the_end_of_the_connection()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        var begun = new TaskCompletionSource();
        var canceled = new TaskCompletionSource();
        using IDisposable wait = client.OnCall<int>("wait", async (_, token) =>
        {
            using CancellationTokenRegistration registration = token.Register(canceled.SetResult);
            begun.SetResult();
            await canceled.Task;
        });
        await peer.WriteCallAsync(1, "wait", "1");
        await begun.Task.WaitAsync(_guard);
        peer.Dispose();

        await canceled.Task.WaitAsync(_guard);
    }

    [TestMethod]
    public async Task A_call_with_the_id_of_a_running_one_ends_the_connection()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        using IDisposable wait = client.OnCall<int>("wait", async (_, token) => await Task.Delay(Timeout.InfiniteTimeSpan, token));
        await peer.WriteCallAsync(1, "wait", "1");
        await peer.WriteCallAsync(1, "wait", "1");

        Assert.AreEqual("bad-frame", (await client.EndAsync(_guard)).Code);
    }

    [TestMethod]
    public async Task MaxOutstandingRequests_bounds_the_methods_that_run_at_once()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, options => options.MaxOutstandingRequests = 2, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        int inside = 0, most = 0;
        using var go = new SemaphoreSlim(0);
        using IDisposable wait = client.OnCall<int>("wait", async (_, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await go.WaitAsync(token);
            Interlocked.Decrement(ref inside);
        });
        for (byte i = 0; i < 10; i++)
            await peer.WriteCallAsync(i, "wait", "1");
        for (int i = 0; i < 10; i++)
        {
            go.Release();
            Assert.AreEqual("0 ", (await peer.ReadResponseAsync()).Text);
        }

        Assert.IsInRange(1, 2, most);
    }

    private static async Task<string> CallAsync(ScriptedCompactPeer peer, string name, string argument)
    {
        await peer.WriteCallAsync(1, name, argument);
        return (await peer.ReadResponseAsync()).Text;
    }
}
