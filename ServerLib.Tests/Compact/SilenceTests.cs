using Microsoft.Extensions.Time.Testing;
using ServerLib.Connections;
using ServerLib.Protocol;
using ServerLib.Server;
using ServerLib.Tests.Connections;

namespace ServerLib.Tests.Compact;

[TestClass]
public sealed class SilenceTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_silent_compact_client_is_pinged_once_and_lost_when_it_does_not_answer()
    {
        MemoryConnection client = await LogInAsync();
        using var watch = new SilenceWatch([client.Connection], new ServerLimits { KeepAlive = TimeSpan.FromSeconds(60) }, _time);
        await client.Compact.ReceiveFramesAsync(3);
        ValueTask<Message?> receiving = client.Connection.ReceiveAsync(_guard);
        Advance(seconds: 60);
        Advance(seconds: 45);
        Assert.AreEqual(FrameType.Ping, (await client.Compact.ReceiveFramesAsync(1)).Single().Type);
        Assert.AreEqual(DisconnectReason.None, client.Connection.Reason);

        Advance(seconds: 30);
        Assert.AreEqual(DisconnectReason.ConnectionLost, client.Connection.Reason);
        Assert.IsNull(await receiving);
    }

    [TestMethod]
    public async Task A_client_that_answers_stays_and_is_pinged_again()
    {
        MemoryConnection client = await LogInAsync();
        using var watch = new SilenceWatch([client.Connection], new ServerLimits { KeepAlive = TimeSpan.FromSeconds(60) }, _time);
        await client.Compact.ReceiveFramesAsync(3);
        ValueTask<Message?> receiving = client.Connection.ReceiveAsync(_guard);
        for (int i = 0; i < 3; i++)
        {
            Advance(seconds: 60);
            Assert.AreEqual(FrameType.Ping, (await client.Compact.ReceiveFramesAsync(1)).Single().Type);
            await client.Compact.SendAsync(new RawFrame(FrameType.Pong, []), new RawFrame(FrameType.Ping, [7]));
            Assert.AreEqual(FrameType.Pong, (await client.Compact.ReceiveFramesAsync(1)).Single().Type);
        }

        Assert.AreEqual(DisconnectReason.None, client.Connection.Reason);
        client.Compact.Dispose();
        Assert.IsNull(await receiving);
    }

    [TestMethod]
    public async Task A_client_that_sends_no_message_is_sent_away_where_that_is_wanted()
    {
        MemoryConnection client = await LogInAsync();
        using var watch = new SilenceWatch(
            [client.Connection], new ServerLimits { KeepAlive = TimeSpan.Zero, IdleTimeout = TimeSpan.FromMinutes(10) }, _time);
        Advance(seconds: 599);
        Assert.AreEqual(DisconnectReason.None, client.Connection.Reason);
        Advance(seconds: 151);
        Assert.AreEqual(DisconnectReason.IdleTimeout, client.Connection.Reason);
    }

    [TestMethod]
    public async Task A_client_from_which_nothing_is_read_is_pinged_every_two_seconds()
    {
        MemoryConnection client = await LogInAsync();
        using var watch = new SilenceWatch([client.Connection], new ServerLimits { KeepAlive = TimeSpan.FromMinutes(10) }, _time);
        await client.Compact.ReceiveFramesAsync(3);
        Advance(seconds: 9);

        Assert.AreEqual(4 * 5, client.CountWaiting());
        ValueTask<Message?> receiving = client.Connection.ReceiveAsync(_guard);
        Advance(seconds: 9);
        Assert.AreEqual(4 * 5, client.CountWaiting());
        client.Compact.Dispose();
        Assert.IsNull(await receiving);
    }

    [TestMethod]
    public async Task Pings_are_answered_while_a_handler_runs_and_later_messages_are_kept()
    {
        var handler = new Waiting();
        await using RunningServer server = await RunningServer.StartAsync(handler: _ => handler);
        using CompactClient alice = await CompactClient.JoinAsync(server.EndPoint, "alice");
        await alice.SendAsync(
            RawFrame.Message("wait"), new RawFrame(FrameType.Ping, [1]), RawFrame.Message("after"), new RawFrame(FrameType.Ping, [2]));
        Assert.AreEqual((byte)1, (await alice.ReceiveAsync(FrameType.Pong)).Payload.Single());
        Assert.AreEqual((byte)2, (await alice.ReceiveAsync(FrameType.Pong)).Payload.Single());

        handler.Go.SetResult();
        Assert.AreEqual("SERVER: wait", await alice.ReceiveMessageAsync());
        RawFrame next = await alice.ReceiveAsync();
        Assert.AreEqual((FrameType.MessageOut, "SERVER: after"), (next.Type, string.Join(": ", next.Parts(1))));
        await alice.SendAsync(new RawFrame(FrameType.Ping, [3]));
        Assert.AreEqual((byte)3, (await alice.ReceiveAsync()).Payload.Single());
    }

    [TestMethod]
    public async Task A_slow_login_does_not_count_as_silence()
    {
        var client = new MemoryConnection(time: _time);
        Advance(seconds: 100);
        await client.Compact.SendLoginAsync("alice");
        Assert.IsTrue(await Srv.ConnectClientAsync(client.Connection, new ActiveConnectionLedger(), Known.Database("alice"), cancellationToken: _guard));

        Assert.AreEqual(TimeSpan.Zero, client.Connection.Activity.SinceMessage(client.Connection.Settings.Time));
    }

    private async Task<MemoryConnection> LogInAsync()
    {
        var client = new MemoryConnection(time: _time);
        await client.Compact.SendLoginAsync("alice");
        Assert.IsTrue(await Srv.ConnectClientAsync(client.Connection, new ActiveConnectionLedger(), Known.Database("alice"), cancellationToken: _guard));
        return client;
    }

    /// <summary>In steps, as time passes.</summary>
    private void Advance(int seconds)
    {
        for (; seconds > 0; seconds--)
            _time.Advance(TimeSpan.FromSeconds(1));
    }

    private sealed class Waiting : IMessageHandler
    {
        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken)
        {
            await Go.Task.WaitAsync(cancellationToken);
            connection.TrySend("SERVER", message);
        }
    }
}
