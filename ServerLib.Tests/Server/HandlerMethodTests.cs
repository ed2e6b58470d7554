using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Server;

/// <summary>Every method of a handler may send requests, be slow, and throw.</summary>
[TestClass]
public sealed class HandlerMethodTests
{
    private const string Connected = nameof(IMessageHandler.OnConnectedAsync);
    private const string Message = nameof(IMessageHandler.OnMessageAsync);
    private const string Direct = nameof(IMessageHandler.OnDirectMessageAsync);
    private const string Group = nameof(IMessageHandler.OnGroupMessageAsync);
    private const string Request = nameof(IMessageHandler.OnRequestAsync);
    private const string Join = nameof(IMessageHandler.OnJoinAsync);
    private const string Joined = nameof(IMessageHandler.OnJoinedAsync);
    private const string Left = nameof(IMessageHandler.OnLeftAsync);
    private const string Stopping = nameof(IMessageHandler.OnServerStoppingAsync);
    private const string Disconnected = nameof(IMessageHandler.OnDisconnectedAsync);

    private readonly Channel<string> _outcomes = Channel.CreateUnbounded<string>();
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(Connected)]
    [DataRow(Message)]
    [DataRow(Direct)]
    [DataRow(Group)]
    [DataRow(Request)]
    [DataRow(Join)]
    [DataRow(Joined)]
    [DataRow(Left)]
    [DataRow(Stopping)]
    public async Task A_method_can_send_a_request(string method)
    {
        await using RunningServer server = await StartAsync(method, AskAsync);
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        Task stopping = await TriggerAsync(method, alice, server);
        await AnswerAsync(alice);

        Assert.AreEqual("answered", await _outcomes.Reader.ReadAsync(_guard));
        await stopping;
    }

    [TestMethod]
    [DataRow(Left)]
    [DataRow(Disconnected)]
    public async Task A_request_fails_at_once_after_the_end_of_its_connection(string method)
    {
        await using RunningServer server = await StartAsync(method, AskAsync);
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        await TriggerAsync(Join, alice, server);
        await alice.ReceiveAsync(FrameType.Join);
        await server.StopAsync();

        Assert.StartsWith("The client cannot be asked", await _outcomes.Reader.ReadAsync(_guard));
    }

    [TestMethod]
    public async Task A_request_of_a_slow_handler_fails_at_once_when_the_server_stops()
    {
        await using RunningServer server = await StartAsync(Message, async connection =>
        {
            _outcomes.Writer.TryWrite("begun");
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (connection.Aborted.Register(ended.SetResult))
                await ended.Task;
            await AskAsync(connection);
        });
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        await TriggerAsync(Message, alice, server);
        Assert.AreEqual("begun", await _outcomes.Reader.ReadAsync(_guard));
        await server.StopAsync();

        Assert.StartsWith("The client cannot be asked", await _outcomes.Reader.ReadAsync(_guard));
    }

    [TestMethod]
    public async Task A_request_while_the_server_stops_fails_after_the_shutdown_timeout()
    {
        var time = new FakeTimeProvider();
        await using RunningServer server = await StartAsync(Stopping, AskAsync, time);
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        Task stopping = await TriggerAsync(Stopping, alice, server);
        await alice.ReceiveAsync(FrameType.Request);
        time.Advance(new ServerOptions().ShutdownTimeout);

        Assert.AreEqual("The connection ended before the client answered.", await _outcomes.Reader.ReadAsync(_guard));
        await stopping;
    }

    [TestMethod]
    [DataRow(false, DisplayName = "It sends a bad frame.")]
    [DataRow(true, DisplayName = "It closes.")]
    public async Task A_request_fails_when_the_client_can_not_answer_any_more(bool closes)
    {
        await using RunningServer server = await StartAsync(Message, AskAsync);
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        await TriggerAsync(Message, alice, server);
        await alice.ReceiveAsync(FrameType.Request);
        if (closes)
            alice.Dispose();
        else
            await alice.SendRawAsync(new byte[4]);

        Assert.AreEqual("The connection ended before the client answered.", await _outcomes.Reader.ReadAsync(_guard));
    }

    [TestMethod]
    [DataRow(Connected)]
    [DataRow(Message)]
    [DataRow(Direct)]
    [DataRow(Group)]
    [DataRow(Request)]
    [DataRow(Join)]
    [DataRow(Joined)]
    [DataRow(Left)]
    public Task A_slow_method_does_not_make_its_client_silent(string method)
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return BeSlowAsync(method, () => new ValueTask(released.Task), released.SetResult);
    }

    [TestMethod]
    [DataRow(Connected)]
    [DataRow(Message)]
    public async Task A_method_that_blocks_does_not_make_its_client_silent(string method)
    {
        using var released = new ManualResetEventSlim();
        await BeSlowAsync(
            method,
            () =>
            {
                released.Wait(_guard);
                return ValueTask.CompletedTask;
            },
            released.Set);
    }

    [TestMethod]
    public async Task A_client_whose_OnConnectedAsync_throws_is_disconnected_with_a_reason()
    {
        var reasons = Channel.CreateUnbounded<DisconnectReason>();
        await using RunningServer server = await RunningServer.StartAsync(handler: _ => new ScriptedHandler(async (method, connection) =>
        {
            if (method == Disconnected)
                reasons.Writer.TryWrite(connection.Reason);
            await FailAsync(connection);
        }));
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");

        Assert.AreEqual("error", await alice.ReceiveCloseAsync());
        Assert.AreEqual(DisconnectReason.ServerError, await reasons.Reader.ReadAsync(_guard));
    }

    [TestMethod]
    [DataRow(Message)]
    [DataRow(Direct)]
    [DataRow(Group)]
    [DataRow(Request)]
    [DataRow(Join)]
    [DataRow(Joined)]
    [DataRow(Left)]
    public async Task A_client_is_told_that_a_method_has_thrown_and_stays(string method)
    {
        await using RunningServer server = await StartAsync(method, FailAsync);
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        await TriggerAsync(method, alice, server);
        await alice.ReceiveAsync(method == Request ? FrameType.Response : FrameType.Error);

        await alice.SettleAsync();
    }

    [TestMethod]
    [DataRow(Left)]
    [DataRow(Stopping)]
    [DataRow(Disconnected)]
    public async Task A_method_that_throws_does_not_hold_up_a_shutdown(string method)
    {
        await using RunningServer server = await StartAsync(method, FailAsync);
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        await TriggerAsync(Join, alice, server);
        await alice.ReceiveAsync(FrameType.Join);
        await server.StopAsync();

        Assert.AreEqual("shutdown", await alice.ReceiveCloseAsync());
        Assert.AreEqual(0, server.Server.ConnectionCount);
    }

    private static async ValueTask FailAsync(Connection connection)
    {
        await Task.Yield();
        throw new InvalidOperationException("This method fails.");
    }

    private static Task<RunningServer> StartAsync(string method, Func<Connection, ValueTask> run, TimeProvider? time = null) => RunningServer.StartAsync(
        options => options.Limits.KeepAlive = TimeSpan.FromSeconds(20),
        _ => new ScriptedHandler((called, connection) => called == method ? run(connection) : ValueTask.CompletedTask),
        services => services.Replace(ServiceDescriptor.Singleton(time ?? TimeProvider.System)));

    private async ValueTask AskAsync(Connection connection)
    {
        try
        {
            Response answer = await connection.RequestAsync("who?"u8.ToArray(), TimeSpan.FromMinutes(2), _guard);
            _outcomes.Writer.TryWrite(answer.Text);
        }
        catch (ServerLibException e)
        {
            _outcomes.Writer.TryWrite(e.Message);
        }
    }

    private async Task BeSlowAsync(string method, Func<ValueTask> wait, Action release)
    {
        var time = new FakeTimeProvider();
        await using RunningServer server = await StartAsync(method, RunAsync, time);
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        await TriggerAsync(method, alice, server);
        Assert.AreEqual("begun", await _outcomes.Reader.ReadAsync(_guard));
        for (int i = 0; i < 20; i++)
            time.Advance(TimeSpan.FromSeconds(5));
        Assert.AreEqual(FrameType.Ping, (await alice.ReceiveAsync(FrameType.Ping)).Type, "A sign of life.");
        Assert.AreEqual(DisconnectReason.None, server.Ledger.Find("alice").Single().Reason);

        release();
        time.Advance(TimeSpan.FromSeconds(5));
        await alice.SettleAsync();

        ValueTask RunAsync(Connection connection)
        {
            _outcomes.Writer.TryWrite("begun");
            return wait();
        }
    }

    private static async Task AnswerAsync(CompactClient client)
    {
        RawFrame question = await client.ReceiveAsync(FrameType.Request);
        await client.SendAsync(new RawFrame(FrameType.Response, [.. question.Payload[..4], 0, .. "answered"u8]));
    }

    /// <summary>Does what makes the server call a method of the handler.</summary>
    /// <returns>The shutdown, where that is it.</returns>
    private static async Task<Task> TriggerAsync(string method, CompactClient client, RunningServer server)
    {
        RawFrame join = RawFrame.Control(FrameType.Join, new { group = "chess" });
        switch (method)
        {
            case Message:
                await client.SendAsync(RawFrame.Message("hello"));
                break;
            case Direct:
                await client.SendAsync(RawFrame.Named(FrameType.DirectIn, "bob", [1]));
                break;
            case Group:
                await client.SendAsync(RawFrame.Named(FrameType.GroupIn, "chess", [1]));
                break;
            case Request:
                await client.SendAsync(RawFrame.Request(1, []));
                break;
            case Join or Joined:
                await client.SendAsync(join);
                break;
            case Left:
                await client.SendAsync(join, RawFrame.Control(FrameType.Leave, new { group = "chess" }));
                break;
            case Stopping:
                // Before that, a client that has just logged in may have no handler yet.
                await client.SettleAsync();
                return server.StopAsync();
        }

        return Task.CompletedTask;
    }
}
