using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Diagnostics;
using ServerLib.Protocol;
using ServerLib.Server;
using ServerLib.Testing;
using ServerLib.Tests.Clients;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Server;

[TestClass]
public sealed class TrafficHistoryTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_sample_counts_logins_messages_and_bytes_of_one_second()
    {
        await using TestServer server = await StartAsync();
        await using ServerClient ada = await server.ConnectAsync("ada", _guard);
        await Assert.ThrowsAsync<LoginException>(() => server.ConnectAsync(new ServerClientOptions { UserName = "ada", Password = "wrong" }, null, _guard));
        server.Time.Advance(Second);
        await EchoAsync(ada, 3);
        await ada.PingAsync(_guard);
        server.Time.Advance(Second);
        server.Time.Advance(Second);

        IReadOnlyList<TrafficSample> samples = Traffic(server).Samples;
        Assert.HasCount(3, samples);
        Assert.AreEqual((1, 1), (samples[0].Logins, samples[0].FailedLogins));
        Assert.AreEqual((3L, 3L, 0), (samples[1].MessagesReceived, samples[1].MessagesSent, samples[1].Logins));
        Assert.AreEqual(3L * 5, samples[1].BytesReceived);

        // The client may get the last bytes before they are counted.
        Assert.IsInRange(3 * 5, 4 * 20, samples[1].BytesSent + samples[2].BytesSent);
        Assert.AreEqual((0L, 0L), (samples[2].MessagesReceived, samples[2].BytesReceived));
        Assert.AreEqual((1, 1), (samples[2].Connections, samples[2].LoggedIn));
        Assert.AreEqual(Second, samples[2].Time - samples[1].Time);
    }

    [TestMethod]
    public void A_sample_has_the_numbers_of_the_metrics()
    {
        var time = new FakeTimeProvider();
        var messages = new MessageCounters();
        using var history = new TrafficHistory(new TrafficCounters(new("result"), new("reason")), messages, time);
        history.Start([]);
        messages.CountReceived(3, 40);
        messages.CountMessage(isDropped: false);
        messages.CountMessage(isDropped: true);
        messages.CountSent(7);
        time.Advance(Second);

        TrafficSample sample = history.Report(1, 1).Samples.Single();
        Assert.AreEqual((3L, 40L, 1L, 7L), (sample.MessagesReceived, sample.BytesReceived, sample.MessagesSent, sample.BytesSent));
    }

    [TestMethod]
    public async Task A_connection_that_has_ended_is_counted_too()
    {
        await using PipeServer server = await PipeServer.StartAsync();
        CompactClient ada = server.Connect();
        await ada.JoinAsync("ada");
        await ada.SendAsync(RawFrame.Message("one"), RawFrame.Message("two"));
        await ada.SettleAsync();
        await ada.LeaveAsync();
        server.Time.Advance(Second);

        Assert.AreEqual((2L, 0), (server.Server.GetTraffic(1, 1).Samples[0].MessagesReceived, server.Server.GetTraffic(1, 1).Samples[0].Connections));
    }

    [TestMethod]
    public async Task At_most_ten_minutes_are_remembered()
    {
        await using TestServer server = await StartAsync();
        server.Time.Advance(TimeSpan.FromSeconds(TrafficHistory.Seconds + 5));

        IReadOnlyList<TrafficSample> samples = Traffic(server).Samples;
        Assert.HasCount(600, samples);
        Assert.AreEqual(server.Time.GetUtcNow(), samples[^1].Time);
        Assert.AreEqual(server.Time.GetUtcNow() - TimeSpan.FromSeconds(599), samples[0].Time);
        Assert.HasCount(2, Control(server).GetTraffic(seconds: 2).Samples);
    }

    [TestMethod]
    public async Task Top_talkers_are_those_of_the_last_minute()
    {
        await using TestServer server = await StartAsync();
        await using ServerClient ada = await server.ConnectAsync("ada", _guard);
        await using ServerClient bob = await server.ConnectAsync("bob", _guard);
        await using ServerClient silent = await server.ConnectAsync("silent", _guard);
        await EchoAsync(ada, 2);
        await EchoAsync(bob, 5);
        server.Time.Advance(Second);

        TrafficReport report = Traffic(server);
        Assert.AreEqual("bob 5, ada 2", string.Join(", ", report.TopTalkers.Select(t => $"{t.Alias} {t.Messages}")));
        Assert.AreEqual(Second, report.TalkersWindow);
        Assert.HasCount(1, Control(server).GetTraffic(top: 1).TopTalkers);

        server.Time.Advance(45 * Second);
        Assert.HasCount(2, Traffic(server).TopTalkers);
        server.Time.Advance(45 * Second);
        Assert.IsEmpty(Traffic(server).TopTalkers);
        Assert.IsInRange(30 * Second, 60 * Second, Traffic(server).TalkersWindow);
    }

    [TestMethod]
    public async Task A_slow_reader_is_shown_with_its_queue_and_age()
    {
        var time = new FakeTimeProvider();
        var queued = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RunningServer server = await RunningServer.StartAsync(
            options => options.Limits.KeepAlive = TimeSpan.Zero,
            _ => new ScriptedHandler((method, connection) =>
            {
                if (method == nameof(IMessageHandler.OnMessageAsync))
                    queued.SetResult(FillsTheSocket(connection));
                return ValueTask.CompletedTask;
            }),
            services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time)));
        using CompactClient slow = await CompactClient.JoinAsync(server.EndPoint, "slow");
        await slow.SendAsync(RawFrame.Message("go"));
        Assert.IsTrue(await queued.Task.WaitAsync(_guard));
        time.Advance(3 * Second);

        SlowReader reader = server.Server.GetTraffic(1, 1).SlowestReaders.Single();
        Assert.AreEqual("slow", reader.Alias);
        Assert.IsGreaterThan(0, reader.QueuedBytes);
        Assert.AreEqual(TimeSpan.Zero, reader.Age);
        time.Advance(2 * Second);
        Assert.AreEqual(2 * Second, server.Server.GetTraffic(1, 1).SlowestReaders.Single().Age);
    }

    [TestMethod]
    public async Task Refusals_are_counted_by_reason_for_ten_minutes()
    {
        await using TestServer server = await StartAsync(options => options.Limits.MaxConnections = 1);
        await using ServerClient ada = await server.ConnectAsync("ada", _guard);
        for (int i = 0; i < 2; i++)
            await Assert.ThrowsAsync<ServerClientException>(() => server.ConnectAsync("bob", _guard));
        server.Time.Advance(Second);

        TrafficReport report = Traffic(server);
        Assert.AreEqual(2, report.Samples[^1].Refusals);
        Assert.AreEqual(new TrafficRefusal("connection: ServerFull", 2), report.Refusals.Single());
        server.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.IsEmpty(Traffic(server).Refusals);
    }

    [TestMethod]
    public void A_late_timer_gives_a_sample_for_each_second()
    {
        var time = new LateTime();
        var logins = new EventCounts<LoginCode>("result");
        using var history = new TrafficHistory(new TrafficCounters(logins, new("reason")), new MessageCounters(), time);
        history.Start([]);
        for (int i = 0; i < 8; i++)
            logins.Add(LoginCode.Ok);
        time.Lateness = 3 * Second;
        time.Advance(Second);

        IReadOnlyList<TrafficSample> samples = history.Report(10, 10).Samples;
        CollectionAssert.AreEqual(new[] { 2, 2, 2, 2 }, samples.Select(sample => sample.Logins).ToArray());
        Assert.AreEqual(3 * Second, samples[3].Time - samples[0].Time);
    }

    /// <summary>Sends to a client that does not read, until something is queued. The system buffers some megabytes at most.</summary>
    private static bool FillsTheSocket(Connection connection)
    {
        for (int i = 0; i < 1_000; i++)
        {
            if (connection.TrySend("server", new byte[60_000]) != SendOutcome.Sent)
                return true;
        }

        return false;
    }

    private static IServerControl Control(TestServer server) => server.Services.GetRequiredService<IServerControl>();

    private static TrafficReport Traffic(TestServer server) => Control(server).GetTraffic();

    private Task<TestServer> StartAsync(Action<ServerOptions>? configure = null) => TestServer.StartAsync(
        b => b.Configure(options =>
        {
            options.Limits.KeepAlive = TimeSpan.Zero;
            configure?.Invoke(options);
        }).OnMessage((connection, message) => connection.TrySend("echo", message.Body)), _guard);

    private async Task EchoAsync(ServerClient client, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await client.SendAsync("hello", _guard);
            await client.NextAsync(ReceivedKind.Message, _guard);
        }
    }

    /// <summary>A clock whose timers are late.</summary>
    private sealed class LateTime : FakeTimeProvider
    {
        public TimeSpan Lateness { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Lateness.TotalSeconds * TimestampFrequency);
    }
}
