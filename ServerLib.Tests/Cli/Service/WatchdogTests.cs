using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Cli.Service;

namespace ServerLib.Tests.Cli.Service;

[TestClass]
public sealed class WatchdogTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTimeProvider _time = new();
    private readonly Mock<IServerControl> _server = new();
    private readonly Notifications _systemd = new();

    [TestMethod]
    public async Task A_server_that_hangs_sends_nothing_until_it_answers_again()
    {
        var hangs = new TaskCompletionSource();
        int pings = 0;
        _server.Setup(s => s.PingAsync(It.IsAny<CancellationToken>())).Returns(async (CancellationToken token) =>
        {
            if (Interlocked.Increment(ref pings) != 2)
                return;
            hangs.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        using var watchdog = new Watchdog(TimeSpan.FromSeconds(15), new ServiceNotifications(_systemd, _server.Object), _server.Object, _time);
        await watchdog.StartAsync(_guard);
        await _systemd.SeeAsync("WATCHDOG=1", _guard);

        _time.Advance(TimeSpan.FromSeconds(15));
        await hangs.Task.WaitAsync(_guard);
        _time.Advance(TimeSpan.FromSeconds(15));
        await _systemd.SeeAsync("WATCHDOG=1", _guard);
        Assert.AreEqual(3, pings);
        await watchdog.StopAsync(_guard);
    }

    [TestMethod]
    [DataRow("30000000", null, 15d)]
    [DataRow("30000000", "7", 15d)]
    [DataRow("30000000", "8", null)]
    [DataRow("0", null, null)]
    [DataRow("soon", null, null)]
    [DataRow(null, null, null)]
    public void The_interval_is_half_of_the_limit_for_this_process(string? limit, string? process, double? seconds)
    {
        var variables = new Dictionary<string, string?> { ["WATCHDOG_USEC"] = limit, ["WATCHDOG_PID"] = process };

        Assert.AreEqual(seconds, Watchdog.FindInterval(variables, 7)?.TotalSeconds);
    }

    [TestMethod]
    public async Task A_reload_tells_systemd_when_it_begins_and_ends()
    {
        var notifications = new ServiceNotifications(_systemd, _server.Object);

        notifications.Reloading();
        notifications.Reloaded();

        string[] begin = (await _systemd.SeeAsync("RELOADING=1", _guard)).Split('\n');
        Assert.MatchesRegex("^MONOTONIC_USEC=[0-9]+$", begin[1]);
        await _systemd.SeeAsync("READY=1", _guard);
    }

    private sealed class Notifications : ISystemdNotifier
    {
        private readonly System.Threading.Channels.Channel<string> _sent = System.Threading.Channels.Channel.CreateUnbounded<string>();

        public bool IsEnabled => true;

        public void Notify(ServiceState state) => _sent.Writer.TryWrite(state.ToString());

        /// <summary>The next notification, which must begin with this text.</summary>
        public async Task<string> SeeAsync(string text, CancellationToken token)
        {
            string sent = await _sent.Reader.ReadAsync(token);
            StringAssert.StartsWith(sent, text);
            return sent;
        }
    }
}
