using System.Security.Cryptography;
using ServerLib.Authentication;
using ServerLib.Protocol;
using ServerLib.Tests.Clients;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Connections;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Authentication;

[TestClass]
public sealed class SessionProbeTests : IDisposable
{
    private readonly SteppedTime _time = new();
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly ActiveConnectionLedger _ledger = new();
    private readonly List<Task<Message?>> _receiving = [];

    public void Dispose() => _ledger.Dispose();

    [TestMethod]
    public async Task A_session_that_does_not_answer_within_five_seconds_is_ended()
    {
        MemoryConnection dead = await LogInAsync("alice");
        MemoryConnection live = await LogInAsync("ALICE");
        MemoryConnection other = await LogInAsync("bob");
        MemoryConnection unread = await LogInAsync("alice", isRead: false);
        var probe = new SessionProbe(_ledger, TimeSpan.FromMinutes(1), _time);
        _time.Advance(TimeSpan.FromSeconds(1));
        probe.Start("alice");
        probe.Start("Alice");
        Assert.AreEqual(FrameType.Ping, (await live.Compact.ReceiveFramesAsync(1)).Single().Type);
        Assert.AreEqual(FrameType.Ping, (await dead.Compact.ReceiveFramesAsync(1)).Single().Type);
        _time.Advance(TimeSpan.FromSeconds(1));
        await live.Compact.SendAsync(new RawFrame(FrameType.Pong, []), new RawFrame(FrameType.Ping, [7]));
        Assert.AreEqual(FrameType.Pong, (await live.Compact.ReceiveFramesAsync(1)).Single().Type);

        TaskCompletionSource ended = new();
        using CancellationTokenRegistration registration = dead.Connection.Aborted.Register(ended.SetResult);
        _time.Advance(SessionProbe.Deadline);
        await ended.Task.WaitAsync(_guard);
        Assert.AreEqual(DisconnectReason.ConnectionLost, dead.Connection.Reason);
        Assert.AreEqual(0, dead.CountWaiting());
        foreach (MemoryConnection client in new[] { live, other, unread })
        {
            Assert.AreEqual(DisconnectReason.None, client.Connection.Reason);
            client.Compact.Dispose();
        }

        await Task.WhenAll(_receiving);
    }

    [TestMethod]
    [DataRow(4, 2, 60, true)]
    [DataRow(4, 1, 60, false)]
    [DataRow(3, 2, 60, false)]
    [DataRow(null, 0, 60, false)]
    [DataRow(4, 2, 0, false)]
    public async Task A_classic_session_is_ended_if_its_system_acknowledges_nothing(int? lastAck, int lost, int keepAlive, bool ends)
    {
        using RSA key = ClientKeys.Next();
        RecordedConnection client = await RecordedConnection.ClassicAsync("alice", key, time: _time);
        using Connection connection = client.Connection;
        _ledger.Add(connection);
        var probe = new SessionProbe(_ledger, TimeSpan.FromSeconds(keepAlive), _time);
        probe.Start("alice");
        client.Transport.LastAck = lastAck is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        client.Transport.Lost = lost;

        TaskCompletionSource ended = new();
        using CancellationTokenRegistration registration = connection.Aborted.Register(ended.SetResult);
        _time.Advance(SessionProbe.Deadline);
        if (ends)
            await ended.Task.WaitAsync(_guard);
        Assert.AreEqual(ends ? DisconnectReason.ConnectionLost : DisconnectReason.None, connection.Reason);
        Assert.AreEqual(0, client.Transport.Written.Count);
    }

    private async Task<MemoryConnection> LogInAsync(string name, bool isRead = true)
    {
        var client = new MemoryConnection(time: _time);
        await client.Compact.SendLoginAsync(name);
        Assert.IsTrue(await Srv.ConnectClientAsync(client.Connection, _ledger, Known.Database(name), cancellationToken: _guard));
        await client.Compact.ReceiveFramesAsync(3);
        if (isRead)
            _receiving.Add(client.Connection.ReceiveAsync(_guard).AsTask());
        return client;
    }
}
