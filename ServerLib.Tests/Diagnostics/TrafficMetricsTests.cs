using ServerLib.Diagnostics;
using ServerLib.Tests.Connections;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Diagnostics;

/// <summary>The metrics of a running server.</summary>
[TestClass]
public sealed class TrafficMetricsTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task Logins_and_messages_change_the_metrics()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using var measured = new Measured(server.Metrics);
        await using ServerClient alice = await server.ConnectAsync("alice", _guard);
        await using ServerClient bob = await server.ConnectAsync("bob", _guard);
        await alice.SendAsync("hello"u8.ToArray(), _guard);
        await foreach (ReceivedMessage message in bob.ReadAllAsync(_guard))
        {
            if (message.Text == "hello")
                break;
        }

        await alice.PingAsync(_guard);
        Assert.AreEqual((2.0, 2.0), (measured["serverlib.connections"], measured["serverlib.connections.accepted"]));
        Assert.AreEqual(2, measured["serverlib.logins result=Ok"]);
        Assert.AreEqual((1.0, 5.0), (measured["serverlib.messages.received"], measured["serverlib.bytes.received"]));
        Assert.IsGreaterThanOrEqualTo(1, measured["serverlib.messages.sent"]);
        Assert.IsGreaterThan(5, measured["serverlib.bytes.sent"]);
        Assert.IsGreaterThan(0, measured["serverlib.login.duration result=Ok"]);
        Assert.IsGreaterThan(0, measured["serverlib.broadcast.duration"]);
        Assert.IsGreaterThan(0, measured["serverlib.handler.duration kind=room"]);
        Assert.IsGreaterThan(0, measured["serverlib.database.commit.duration database=accounts"]);
        Assert.Contains("serverlib.password_hash.queue.length", measured.All);
        Assert.Contains("serverlib.database.queue.length database=audit-trail", measured.All);
        foreach (string measurement in measured.All)
            Assert.IsFalse(measurement.Contains("alice") || measurement.Contains("bob") || measurement.Contains("s3cret"), measurement);
    }

    [TestMethod]
    public async Task A_refused_connection_is_counted_by_reason()
    {
        await using RunningServer server = await RunningServer.StartAsync(options =>
        {
            options.Limits.ExemptLoopback = false;
            options.Limits.MaxConnectionsPerAddress = 1;
        });
        using var measured = new Measured(server.Metrics);
        await using (await server.ConnectAsync("alice", _guard))
            await Assert.ThrowsAsync<ServerClientException>(() => server.ConnectAsync("bob", _guard));
        Assert.AreEqual(1, measured["serverlib.connections.refused reason=TooManyFromAddress"]);
    }

    [TestMethod]
    public async Task A_message_that_does_not_fit_the_queue_is_counted_as_dropped()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", new ServerOptions { Limits = { MaxQueuedBytes = 4096 } });
        MessageCounters traffic = client.Connection.Settings.Traffic;
        long before = traffic.MessagesSent;
        client.Transport.Room = 0;
        client.Connection.TrySend("bob", new byte[4000]);
        client.Connection.TrySend("bob", new byte[4000]);

        Assert.AreEqual((1L, 1L), (traffic.MessagesDropped, traffic.MessagesSent - before));
    }
}
