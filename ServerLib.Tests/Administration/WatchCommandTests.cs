using Moq;
using ServerLib.Administration;
using ServerLib.Tests.Cli.Watch;

namespace ServerLib.Tests.Administration;

[TestClass]
public sealed class WatchCommandTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly IServerControl _server = Mock.Of<IServerControl>(s => s.GetTraffic(It.IsAny<int>(), It.IsAny<int>()) == TestTraffic.Busy());

    [TestMethod]
    public async Task A_snapshot_has_a_table_and_a_line_for_each_connection_and_refusal()
    {
        await using var run = new AdminRun(_server);
        (int exit, string text) = await run.AnswerAsync("watch --once");

        Assert.AreEqual(0, exit, text);
        Assert.AreEqual(
            """
            PER SECOND           NOW       1 MIN     10 MIN    MAX
            connections          60        30.5      30.5      60
            logged in            30        15        15        30
            logins               0         1         1         2
            failed logins        4         3.0       3.0       6
            refused connections  0         2         2         4
            messages in          118       59        59        118
            messages out         6k        3.1k      3.1k      6k
            bytes in             58.6 KiB  29.8 KiB  29.8 KiB  58.6 KiB
            bytes out            5.7 MiB   2.9 MiB   2.9 MiB   5.7 MiB
            top talker ada 203.0.113.7:50000: 100 messages a second, 10 KiB a second in the last 45 s
            top talker [red]eve[/] 203.0.113.8:50000: 1 messages a second, 20 B a second in the last 45 s
            slow reader b\u001B[2J 203.0.113.9:50000: 121 KiB queued for 12 s
            refused ServerFull: 12345 in the last 10 min
            refused Failure: 3 in the last 10 min
            """.ReplaceLineEndings("\n"),
            text);
        Assert.IsEmpty(await run.AuditedAsync());
    }

    [TestMethod]
    public async Task Before_the_first_second_there_is_no_table()
    {
        await using var run = new AdminRun(Mock.Of<IServerControl>(s => s.GetTraffic(It.IsAny<int>(), It.IsAny<int>()) == TestTraffic.Empty()));
        Assert.AreEqual((0, "there is no traffic yet; the server has just started"), await run.AnswerAsync("watch"));
    }

    [TestMethod]
    [DataRow("watch --once --seconds 0")]
    [DataRow("watch --once --seconds 601")]
    [DataRow("watch --once --seconds x")]
    public async Task Seconds_are_a_number_up_to_600(string line)
    {
        await using var run = new AdminRun(_server);
        Assert.AreEqual(2, (await run.AnswerAsync(line)).Exit);
    }

    [TestMethod]
    public async Task A_terminal_that_shows_what_changes_gets_the_reports_of_the_server()
    {
        await using var run = new AdminRun(_server);
        var terminal = new WatchingTerminal();
        CommandOutput output = await new AdminShell(terminal, (command, token) => run.RunAsync(command.Line)).RunAsync("watch", _guard);

        Assert.AreEqual((0, ""), (output.Exit, output.Text));
        TrafficReport report = terminal.Report!;
        CollectionAssert.AreEqual(TestTraffic.Busy().Samples.TakeLast(3).ToArray(), report.Samples.ToArray());
        Assert.AreEqual(TestTraffic.Busy().TalkersWindow, report.TalkersWindow);
        Assert.AreEqual(TestTraffic.Busy().TopTalkers[0], report.TopTalkers[0]);
        Assert.AreEqual(TestTraffic.Busy().SlowestReaders[0], report.SlowestReaders[0]);
        Assert.AreEqual(TestTraffic.Busy().Refusals[0], report.Refusals[0]);
    }

    [TestMethod]
    public async Task A_terminal_that_shows_nothing_live_gets_a_snapshot()
    {
        await using var run = new AdminRun(_server);
        CommandOutput output = await new AdminShell(Mock.Of<IAdminTerminal>(), (command, token) => run.RunAsync(command.Line)).RunAsync("watch", _guard);

        StringAssert.Contains(output.Text, "messages in");
    }

    /// <summary>A terminal that reads the last three seconds once.</summary>
    private sealed class WatchingTerminal : IAdminTerminal
    {
        public TrafficReport? Report { get; private set; }

        public ValueTask<string?> AskSecretAsync(string question, CancellationToken cancellationToken) => default;

        public ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) => default;

        public string FullPath(string path) => path;

        public async Task<bool> WatchAsync(
            Func<int, CancellationToken, Task<TrafficReport>> read, bool asJson, CancellationToken cancellationToken)
        {
            Report = await read(3, cancellationToken);
            return true;
        }
    }
}
