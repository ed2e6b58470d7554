using System.Globalization;
using System.Threading.Channels;
using ServerLib.Clients;
using ServerLib.Protocol;

namespace ServerLib.Tests.Clients;

/// <summary>Events from a server, and messages that nobody reads beside them.</summary>
[TestClass]
public sealed class ClientEventTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly Channel<string> _handled = Channel.CreateUnbounded<string>();

    [TestMethod]
    public async Task Each_handler_of_an_event_runs_and_a_disposed_one_does_not()
    {
        var log = new ClientLogRecorder();
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, options => options.LoggerFactory = log, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        using IDisposable broken = client.On<Move>("moved", (Action<Move>)(_ => throw new InvalidOperationException("Broken.")));
        using IDisposable asynchronous = client.On<Move>("moved", async move =>
        {
            await Task.Yield();
            Handle($"1 {move}");
        });
        IDisposable removed = client.On<Move>("moved", move => Handle($"2 {move}"));
        using IDisposable generated = client.On("moved", (move, _) => HandleAsync($"3 {move}"), MoveJson.Default.Move);
        using IDisposable tick = client.On("tick", _ => HandleAsync("tick"));
        await peer.WriteEventAsync("unknown", "?");
        await peer.WriteEventAsync("moved", """{"from":"a","to":1}""");
        await peer.WriteEventAsync("tick", "");
        foreach (string expected in new[] { "1 Move { From = a, To = 1 }", "2 Move { From = a, To = 1 }", "3 Move { From = a, To = 1 }", "tick" })
            Assert.AreEqual(expected, await _handled.Reader.ReadAsync(_guard));

        removed.Dispose();
        removed.Dispose();
        await peer.WriteEventAsync("moved", """{"from":"b"}""");
        await peer.WriteEventAsync("moved", """{"from":"b","to":2}""");
        Assert.AreEqual("1 Move { From = b, To = 2 }", await NextWithAsync("b, To = 2"));
        Assert.AreEqual("3 Move { From = b, To = 2 }", await _handled.Reader.ReadAsync(_guard));
        Assert.AreEqual(4, log.Lines.Count(line => line == "Error: A handler of the event 'moved' failed."));
    }

    [TestMethod]
    public async Task Handlers_without_a_token_handle_events_with_and_without_data()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        using IDisposable action = client.On("moved", move => Handle($"1 {move.To}"), MoveJson.Default.Move);
        using IDisposable task = client.On(
            "moved",
            async move =>
            {
                await Task.Yield();
                Handle($"2 {move.To}");
            },
            MoveJson.Default.Move);
        using IDisposable tick = client.On("tick", () => Handle("3"));
        using IDisposable tock = client.On("tick", async () =>
        {
            await Task.Yield();
            Handle("4");
        });
        await peer.WriteEventAsync("moved", """{"from":"a","to":5}""");
        await peer.WriteEventAsync("tick", "");

        foreach (string expected in new[] { "1 5", "2 5", "3", "4" })
            Assert.AreEqual(expected, await _handled.Reader.ReadAsync(_guard));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public async Task Events_stay_in_order_among_messages_and_calls(int seed)
    {
        var random = new Random(seed);
        await using ScriptedSession session = await ScriptedSession.StartAsync(
            _guard, options => (options.MaxWaitingMessages, options.MaxWaitingBytes) = (5, 20_000), hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        using IDisposable first = client.On<int>("first", async (number, _) =>
        {
            await Task.Yield();
            Handle($"{number}");
        });
        using IDisposable second = client.On<int>("second", (number, _) => HandleAsync($"{number}"));
        using IDisposable twice = client.OnCall<int, int>("twice", (number, _) => new(2 * number));
        int events = 0, calls = 0;
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                switch (random.Next(4))
                {
                    case 0:
                        await peer.WriteAsync(FrameType.MessageOut, [1, (byte)'a', .. new byte[random.Next(2_000)]]);
                        break;
                    case 1 when calls < 200:
                        await peer.WriteCallAsync((byte)calls, "twice", $"{calls++}");
                        break;
                    default:
                        await peer.WriteEventAsync(random.Next(2) == 0 ? "first" : "second", $"{events++}");
                        break;
                }
            }
        });
        Task<(uint Id, string Text)[]> reading = Task.Run(async () =>
        {
            var answers = new List<(uint, string)>();
            await writing;
            while (answers.Count < calls)
                answers.Add(await peer.ReadResponseAsync());
            return answers.ToArray();
        });

        foreach ((uint id, string text) in await reading)
            Assert.AreEqual($"0 {2 * id}", text);
        for (int i = 0; i < events; i++)
            Assert.AreEqual(i.ToString(CultureInfo.InvariantCulture), await _handled.Reader.ReadAsync(_guard));
    }

    [TestMethod]
    public async Task Handlers_of_events_and_calls_and_readers_of_messages_can_call_the_server()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(
            _guard, options => options.MaxWaitingMessages = 1, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        using IDisposable moved = client.On<int>("moved", async (number, token) => Handle($"event {await client.CallAsync<int>("a", number, token)}"));
        using IDisposable nested = client.OnCall<int, int>("nested", async (number, token) => await client.CallAsync<int>("b", number, token));
        Task reading = Task.Run(async () =>
        {
            await foreach (ReceivedMessage message in client)
                Handle($"message {await client.CallAsync<int>("c", message.Body.Length, _guard)}");
        });
        for (byte i = 1; i <= 3; i++)
        {
            await peer.WriteAsync(FrameType.MessageOut, [1, (byte)'a', .. new byte[i]]);
            await peer.WriteEventAsync("moved", $"{i}");
            await peer.WriteCallAsync(i, "nested", $"{i}");
        }

        var answers = new List<string>();
        for (int i = 0; i < 12; i++)
        {
            (FrameType type, byte[] payload) = await peer.ReadAsync();
            if (type == FrameType.Response)
                answers.Add($"{payload[3]}: {(char)payload[5]}");
            else
                await peer.WriteAsync(FrameType.Response, [.. payload[..4], 0, payload[^1]]);
        }

        string[] handled = [.. await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _handled.Reader.ReadAsync(_guard).AsTask()))];
        CollectionAssert.AreEquivalent(new[] { "event 1", "event 2", "event 3", "message 1", "message 2", "message 3" }, handled);
        CollectionAssert.AreEquivalent(new[] { "1: 1", "2: 2", "3: 3" }, answers);
        peer.Dispose();
        await Assert.ThrowsAsync<ServerClientException>(() => reading);
    }

    [TestMethod]
    public async Task Messages_that_nobody_reads_do_not_stop_events()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(
            _guard, options => (options.MaxWaitingMessages, options.MaxWaitingBytes) = (2, 10_000), hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        using IDisposable tick = client.On("tick", _ => HandleAsync("tick"));
        for (byte i = 0; i < 100; i++)
            await peer.WriteAsync(FrameType.MessageOut, [1, (byte)'a', i, .. new byte[999]]);
        await peer.WriteEventAsync("tick", "");
        Assert.AreEqual("tick", await _handled.Reader.ReadAsync(_guard));

        byte oldest = (await client.NextAsync(ReceivedKind.Message, _guard)).Body.Span[0];
        Assert.IsInRange(91, 99, oldest);
        for (int i = oldest + 1; i < 100; i++)
            Assert.AreEqual(i, (await client.NextAsync(ReceivedKind.Message, _guard)).Body.Span[0]);
    }

    [TestMethod]
    public async Task Events_that_wait_for_a_handler_are_bounded_in_bytes()
    {
        using var events = new EventDispatcher(maxBytes: 100_000, ClientEvents.Create(new ServerClientOptions()));
        using var go = new SemaphoreSlim(0);
        using IDisposable large = events.On("large", async (_, token) => await go.WaitAsync(token));
        var message = new Message(MessageKind.Event, new byte[40_000], "large");
        await events.AddAsync(message, _guard);
        await events.AddAsync(message, _guard);
        Task third = events.AddAsync(message, _guard).AsTask();
        Assert.AreEqual((false, true), (third.IsCompleted, events.IsFull));
        await events.AddAsync(new Message(MessageKind.Event, default, "other"), _guard);

        go.Release();
        await third.WaitAsync(_guard);
        Assert.IsFalse(events.IsFull);
    }

    [TestMethod]
    public async Task Handlers_survive_a_reconnect()
    {
        var time = new SteppedTime();
        using var server = new ScriptedServer();
        ServerClientOptions options = server.Options;
        (options.Reconnect, options.TimeProvider, options.Jitter) = (true, time, () => 0.5);
        await using var client = new ServerClient(options);
        using IDisposable moved = client.On<int>("moved", number => Handle($"{number}"));
        using IDisposable twice = client.OnCall<int, int>("twice", (number, _) => new(2 * number));
        Task connecting = client.ConnectAsync(_guard);
        using (ScriptedCompactPeer peer = await server.AcceptAsync(_guard))
        {
            await peer.LogInAsync(hasIds: true);
            await peer.WriteEventAsync("moved", "1");
            await connecting;
            Assert.AreEqual("1", await _handled.Reader.ReadAsync(_guard));
        }

        await time.PassAsync(TimeSpan.FromSeconds(0.5), _guard);
        using ScriptedCompactPeer again = await server.AcceptAsync(_guard);
        await again.LogInAsync(hasIds: true);
        await again.WriteEventAsync("moved", "2");
        Assert.AreEqual("2", await _handled.Reader.ReadAsync(_guard));
        await again.WriteCallAsync(1, "twice", "21");
        Assert.AreEqual("0 42", (await again.ReadResponseAsync()).Text);
        again.Dispose();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_handler_that_runs_is_canceled_by_disposal_and_may_dispose_the_client_itself(bool disposesItself)
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, hasIds: true);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        using IDisposable tick = client.On("tick", async token =>
        {
            Handle("begun");
            if (disposesItself)
                await client.DisposeAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => Task.Delay(Timeout.InfiniteTimeSpan, token));
            Handle("canceled");
        });
        await peer.WriteEventAsync("tick", "");
        Task closing = peer.ReadToEndAsync().ContinueWith(_ => peer.Dispose(), _guard, TaskContinuationOptions.None, TaskScheduler.Default);
        Assert.AreEqual("begun", await _handled.Reader.ReadAsync(_guard));
        if (!disposesItself)
            await client.DisposeAsync();

        Assert.AreEqual("canceled", await _handled.Reader.ReadAsync(_guard));
        await closing;
    }

    private void Handle(string text) => _handled.Writer.TryWrite(text);

    private ValueTask HandleAsync(string text)
    {
        Handle(text);
        return ValueTask.CompletedTask;
    }

    private async Task<string> NextWithAsync(string part)
    {
        string text;
        do
            text = await _handled.Reader.ReadAsync(_guard);
        while (!text.Contains(part, StringComparison.Ordinal));
        return text;
    }
}
