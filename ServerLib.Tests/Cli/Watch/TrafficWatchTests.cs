using System.Threading.Channels;
using ServerLib.Cli.Watch;
using ServerLib.Tests.Cli.Terminal;
using ServerLib.Tests.Clients;

namespace ServerLib.Tests.Cli.Watch;

[TestClass]
public sealed class TrafficWatchTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly SteppedTime _time = new();
    private readonly FakeTerminal _terminal = new();
    private readonly List<int> _asked = [];

    public TrafficWatchTests() => _time.SetUtcNow(new DateTimeOffset(2030, 1, 1, 9, 1, 0, TimeSpan.Zero));

    [TestMethod]
    public async Task The_picture_is_drawn_each_second_until_q_is_pressed()
    {
        Task watching = new TrafficWatch(_terminal, _time, hasColors: false).RunAsync(ReadAsync, _guard);
        await _terminal.Screen.SeeAsync("Connections 60");
        await AdvanceAsync("Connections 61");
        await AdvanceAsync("Connections 62");
        _terminal.Type("xq");
        await watching.WaitAsync(_guard);

        string screen = $"{_terminal.Screen}";
        Assert.StartsWith("\u001b[?1049h\u001b[?25l", screen);
        Assert.EndsWith("\u001b[?25h\u001b[?1049l", screen);
        CollectionAssert.AreEqual(new[] { 600, 3, 3 }, _asked.Take(3).ToArray());
    }

    [TestMethod]
    public async Task Control_C_quits()
    {
        Task watching = new TrafficWatch(_terminal, _time, hasColors: false).RunAsync(ReadAsync, _guard);
        await _terminal.Screen.SeeAsync("q quits");
        _terminal.Press(ConsoleKey.C, control: true);
        await watching.WaitAsync(_guard);
    }

    [TestMethod]
    public async Task Another_size_of_the_window_clears_it()
    {
        Task watching = new TrafficWatch(_terminal, _time, hasColors: false).RunAsync(ReadAsync, _guard);
        await _terminal.Screen.SeeAsync("q quits");
        _terminal.Width = 40;
        int length = _terminal.Screen.Length;
        await AdvanceAsync("\u001b[2J", length);
        _terminal.Type("q");
        await watching.WaitAsync(_guard);
    }

    [TestMethod]
    public async Task A_clock_that_is_set_back_does_not_stop_the_picture()
    {
        TrafficReport earlier = TestTraffic.Busy() with { Samples = [TestTraffic.Second(7)] };
        Task watching = new TrafficWatch(_terminal, _time, hasColors: false).RunAsync(
            (seconds, _) => Task.FromResult(seconds == 600 ? TestTraffic.Busy() : earlier), _guard);
        await _terminal.Screen.SeeAsync("Connections 60");
        await AdvanceAsync("Connections 7");
        _terminal.Type("q");
        await watching.WaitAsync(_guard);
    }

    [TestMethod]
    public async Task The_terminal_is_restored_when_the_server_cannot_be_read()
    {
        Task watching = new TrafficWatch(_terminal, _time, hasColors: false).RunAsync(
            (seconds, _) => seconds == 600 ? Task.FromResult(TestTraffic.Busy()) : throw new IOException("gone"), _guard);
        await _terminal.Screen.SeeAsync("q quits");
        await _time.PassAsync(TimeSpan.FromSeconds(1), _guard);

        await Assert.ThrowsExactlyAsync<IOException>(() => watching.WaitAsync(_guard));
        Assert.EndsWith("\u001b[?25h\u001b[?1049l", $"{_terminal.Screen}");
    }

    [TestMethod]
    public async Task Without_a_terminal_each_second_is_a_line()
    {
        Channel<string> printed = Channel.CreateUnbounded<string>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_guard);
        Task watching = TrafficLine.RunAsync(ReadAsync, line => printed.Writer.TryWrite(line), asJson: false, _time, stop.Token);

        Assert.AreEqual(
            "09:01:00 connections 60, logged in 30, logins 0, failed 4, refused 0, in 118 messages 58.6 KiB, out 6k messages 5.7 MiB",
            await printed.Reader.ReadAsync(_guard));
        await _time.PassAsync(TimeSpan.FromSeconds(1), _guard);
        StringAssert.StartsWith(await printed.Reader.ReadAsync(_guard), "09:01:01 connections 61");
        await stop.CancelAsync();
        await watching;
        StringAssert.Contains(TrafficLine.Json(TestTraffic.Second(1)), "\"messagesSent\":100");
    }

    private async Task AdvanceAsync(string expected, int after = 0)
    {
        await _time.PassAsync(TimeSpan.FromSeconds(1), _guard);
        await _terminal.Screen.SeeAsync(expected, after);
    }

    private Task<TrafficReport> ReadAsync(int seconds, CancellationToken cancellationToken)
    {
        _asked.Add(seconds);
        int now = 60 + _asked.Count - 1;
        int first = Math.Max(1, now - seconds + 1);
        return Task.FromResult(TestTraffic.Busy() with { Samples = [.. Enumerable.Range(first, now - first + 1).Select(TestTraffic.Second)] });
    }
}
