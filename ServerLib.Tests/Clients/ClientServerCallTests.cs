using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Testing;

namespace ServerLib.Tests.Clients;

/// <summary>Calls and events between the client and a real server.</summary>
[TestClass]
public sealed class ClientServerCallTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly Channel<string> _seen = Channel.CreateUnbounded<string>();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Client_and_server_call_each_other_and_send_events(bool usesMemoryPack)
    {
        await using TestServer server = await TestServer.StartAsync(
            builder =>
            {
                if (usesMemoryPack)
                    builder.Services.AddSingleton<IBodySerializer>(new MemoryPackBodySerializer());
                builder.OnConnected(async (connection, token) => See($"{await connection.CallAsync<Move>("where", new Move("start", 0), cancellationToken: token)}"));
                builder.MapCall("reverse", (Move move, Connection from) => new Move(from.Alias + move.From, -move.To));
                builder.MapCall("nothing", () => See("called"));
                builder.MapCall("broken", (Move move) => move.To / (move.To - move.To));
                builder.MapEvent("moved", (Move move, Connection from) =>
                {
                    from.TrySendEvent("moved", move with { To = move.To + 1 });
                });
            },
            _guard);
        ServerClientOptions options = Options();
        options.BodySerializer = usesMemoryPack ? new MemoryPackBodySerializer() : null;
        await using ServerClient client = server.CreateClient(options);
        using IDisposable where = client.OnCall<Move, Move>("where", (move, _) => new(move with { From = "here" }));
        using IDisposable moved = client.On<Move>("moved", move => See($"event {move}"));
        await client.ConnectAsync(_guard);
        Assert.AreEqual("Move { From = here, To = 0 }", await NextAsync());

        Assert.AreEqual(new Move("adaa", -1), await client.CallAsync<Move>("reverse", new Move("a", 1), _guard));
        await client.CallAsync("nothing", _guard);
        Assert.AreEqual("called", await NextAsync());
        await client.SendEventAsync("moved", new Move("b", 1), _guard);
        Assert.AreEqual("event Move { From = b, To = 2 }", await NextAsync());
        Assert.AreEqual(Response.NotHandled, await StatusAsync(client.CallAsync("unknown", _guard)));
        Assert.AreEqual(Response.Failed, await StatusAsync(client.CallAsync<int>("broken", new Move("a", 1), _guard)));
        Assert.AreEqual(Response.Mismatch, await StatusAsync(client.CallAsync<Move>("reverse", "no move", _guard)));
        Assert.AreEqual(Response.Mismatch, await StatusAsync(client.CallAsync<Move>("reverse", _guard)));
    }

    [TestMethod]
    public async Task Cancellation_reaches_the_method_in_both_directions()
    {
        await using TestServer server = await TestServer.StartAsync(
            builder =>
            {
                builder.Configure(options => options.Limits.MaxConcurrentCalls = 8);
                builder.MapCall("wait", (CancellationToken token) => WaitAsync("server", token));
                builder.MapCall("call-back", async (Connection from) =>
                {
                    using var cancel = new CancellationTokenSource();
                    Task calling = from.CallAsync("wait", 1, cancellationToken: cancel.Token).AsTask();
                    Assert.AreEqual("client", await NextAsync());
                    await cancel.CancelAsync();
                    await Assert.ThrowsAsync<OperationCanceledException>(() => calling);
                });
            },
            _guard);
        await using ServerClient client = server.CreateClient(Options());
        using IDisposable wait = client.OnCall<int>("wait", async (_, token) => await WaitAsync("client", token));
        await client.ConnectAsync(_guard);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(_guard);
        Task calling = client.CallAsync("wait", cancel.Token);
        Assert.AreEqual("server", await NextAsync());
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => calling);
        Assert.AreEqual("server canceled", await NextAsync());

        await client.CallAsync("call-back", _guard);
        Assert.AreEqual("client canceled", await NextAsync());
    }

    [TestMethod]
    public async Task A_call_can_call_the_client_which_calls_the_server()
    {
        await using TestServer server = await TestServer.StartAsync(
            builder =>
            {
                builder.Configure(options => options.Limits.MaxConcurrentCalls = 2);
                builder.MapCall("outer", async (int number, Connection from, CancellationToken token) =>
                    await from.CallAsync<int>("middle", number + 1, cancellationToken: token));
                builder.MapCall("inner", (int number) => number * 10);
            },
            _guard);
        await using ServerClient client = server.CreateClient(Options());
        using IDisposable middle = client.OnCall<int, int>("middle", async (number, token) => await client.CallAsync<int>("inner", number + 1, token));
        await client.ConnectAsync(_guard);

        Assert.AreEqual(30, await client.CallAsync<int>("outer", 1, _guard));
    }

    [TestMethod]
    public async Task Events_to_a_group_arrive_after_a_reconnect_too()
    {
        await using TestServer server = await TestServer.StartAsync(cancellationToken: _guard);
        ServerClientOptions options = Options();
        (options.Reconnect, options.ReconnectDelay) = (true, TimeSpan.FromMilliseconds(1));
        await using ServerClient client = server.CreateClient(options);
        using IDisposable moved = client.On<int>("moved", number => See($"{number}"));
        await client.ConnectAsync(_guard);
        IMessageRouter router = server.Services.GetRequiredService<IMessageRouter>();
        Connection first = server.Services.GetRequiredService<IConnectionLedger>().Connections.Single();
        await router.JoinAsync(first, "chess", _guard);
        await router.SendEventToGroupAsync("chess", "moved", 1, cancellationToken: _guard);
        Assert.AreEqual("1", await NextAsync());
        first.End(DisconnectReason.ConnectionLost);
        await client.NextAsync(ReceivedKind.Reconnected, _guard);
        await client.PingAsync(_guard);

        await router.SendEventToGroupAsync("chess", "moved", 2, cancellationToken: _guard);
        Assert.AreEqual("2", await NextAsync());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Results_and_the_order_of_events_survive_random_cancellation(int seed)
    {
        var random = new Random(seed);
        int sent = 0;
        await using TestServer server = await TestServer.StartAsync(
            builder =>
            {
                builder.Configure(options => options.Limits.MaxConcurrentCalls = 4);
                builder.MapCall("double", async (int number, Connection from, CancellationToken token) =>
                {
                    await Task.Yield();
                    token.ThrowIfCancellationRequested();
                    return number * 2;
                });
                builder.MapCall("tick", (Connection from) => from.TrySendEvent("tick", sent++));
            },
            _guard);
        ServerClientOptions options = Options();
        options.MaxOutstandingRequests = 6;
        await using ServerClient client = server.CreateClient(options);
        using IDisposable tick = client.On<int>("tick", number => See($"{number}"));
        await client.ConnectAsync(_guard);
        for (int i = 0; i < 300; i++)
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(_guard);
            Task<int>[] calls = [.. Enumerable.Range(0, random.Next(1, 8)).Select(number => client.CallAsync<int>("double", number, cancel.Token))];
            await client.CallAsync("tick", _guard);
            if (random.Next(2) == 0)
                await cancel.CancelAsync();
            for (int number = 0; number < calls.Length; number++)
            {
                try
                {
                    Assert.AreEqual(2 * number, await calls[number]);
                }
                catch (OperationCanceledException) when (cancel.IsCancellationRequested)
                {
                    // As asked.
                }
            }
        }

        for (int i = 0; i < 300; i++)
            Assert.AreEqual(i.ToString(CultureInfo.InvariantCulture), await NextAsync());
    }

    private static ServerClientOptions Options() => new() { UserName = "ada", Password = "secret" };

    private static async Task<byte> StatusAsync(Task call) => (await Assert.ThrowsExactlyAsync<CallException>(() => call)).Status;

    private async Task WaitAsync(string side, CancellationToken token)
    {
        See(side);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        }
        finally
        {
            See($"{side} canceled");
        }
    }

    private void See(string text) => _seen.Writer.TryWrite(text);

    private async Task<string> NextAsync() => await _seen.Reader.ReadAsync(_guard);
}
