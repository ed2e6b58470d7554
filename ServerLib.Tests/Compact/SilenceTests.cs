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
        PipeClient client = await LogInAsync();
        using var watch = new SilenceWatch([client.Connection], new ServerLimits { KeepAlive = TimeSpan.FromSeconds(60) }, _time);
        await client.ReceiveFramesAsync(3);
        Advance(seconds: 60);
        Advance(seconds: 45);
        Assert.AreEqual(FrameType.Ping, (await client.ReceiveFramesAsync(1)).Single().Type);
        Assert.AreEqual(DisconnectReason.None, client.Connection.Reason);

        Advance(seconds: 30);
        Assert.AreEqual(DisconnectReason.ConnectionLost, client.Connection.Reason);
    }

    [TestMethod]
    public async Task A_client_that_answers_stays_and_is_pinged_again()
    {
        PipeClient client = await LogInAsync();
        using var watch = new SilenceWatch([client.Connection], new ServerLimits { KeepAlive = TimeSpan.FromSeconds(60) }, _time);
        await client.ReceiveFramesAsync(3);
        ValueTask<Message?> receiving = client.Connection.ReceiveAsync(_guard);
        for (int i = 0; i < 3; i++)
        {
            Advance(seconds: 60);
            Assert.AreEqual(FrameType.Ping, (await client.ReceiveFramesAsync(1)).Single().Type);
            await client.SendAsync(new RawFrame(FrameType.Pong, []).ToBytes(), new RawFrame(FrameType.Ping, [7]).ToBytes());
            Assert.AreEqual(FrameType.Pong, (await client.ReceiveFramesAsync(1)).Single().Type);
        }

        Assert.AreEqual(DisconnectReason.None, client.Connection.Reason);
        await client.LeaveAsync();
        Assert.IsNull(await receiving);
    }

    [TestMethod]
    public async Task A_client_that_sends_no_message_is_sent_away_where_that_is_wanted()
    {
        PipeClient client = await LogInAsync();
        using var watch = new SilenceWatch(
            [client.Connection], new ServerLimits { KeepAlive = TimeSpan.Zero, IdleTimeout = TimeSpan.FromMinutes(10) }, _time);
        Advance(seconds: 599);
        Assert.AreEqual(DisconnectReason.None, client.Connection.Reason);
        Advance(seconds: 151);
        Assert.AreEqual(DisconnectReason.IdleTimeout, client.Connection.Reason);
    }

    [TestMethod]
    public async Task A_slow_login_does_not_count_as_silence()
    {
        var client = new PipeClient(time: _time);
        Advance(seconds: 100);
        await client.SendAsync("SLIB/2\r\n"u8.ToArray(), RawFrame.Login("alice", "secret").ToBytes());
        Assert.IsTrue(await Srv.ConnectClientAsync(client.Connection, new ActiveConnectionLedger(), Known.Database("alice"), cancellationToken: _guard));

        Assert.AreEqual(TimeSpan.Zero, client.Connection.SinceMessage);
    }

    private async Task<PipeClient> LogInAsync()
    {
        var client = new PipeClient(time: _time);
        await client.SendAsync("SLIB/2\r\n"u8.ToArray(), RawFrame.Login("alice", "secret").ToBytes());
        Assert.IsTrue(await Srv.ConnectClientAsync(client.Connection, new ActiveConnectionLedger(), Known.Database("alice"), cancellationToken: _guard));
        return client;
    }

    /// <summary>In steps, as time passes.</summary>
    private void Advance(int seconds)
    {
        for (; seconds > 0; seconds--)
            _time.Advance(TimeSpan.FromSeconds(1));
    }
}
