using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Administration.Commands;
using ServerLib.Tests.Auditing;
using ServerLib.Tests.Cli;

namespace ServerLib.Tests.Administration;

/// <summary>The command <c>history</c>, at the console and on the command line.</summary>
[TestClass]
public sealed class HistoryTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
    private readonly TempFolder _home = new();
    private readonly AuditFolder _folder;
    private readonly AuditTrail _trail;

    public HistoryTests()
    {
        _folder = new AuditFolder(_time);
        _trail = _folder.Open(retention: TimeSpan.FromDays(7));
        _time.Advance(TimeSpan.FromHours(1));
        _trail.Write(AuditEvent.Logon, "ada", "127.0.0.1:1");
        _trail.Write(AuditEvent.FailedLogin, "b\u001bb", "127.0.0.1:23456");
        _time.Advance(TimeSpan.FromHours(1));
        _trail.Write(AuditEvent.Banned, "10.0.0.0/8", "", "console", "spam");
        _trail.Write(AuditEvent.Kicked, "ada", "127.0.0.1:1", "zoe");
    }

    private const string All =
        """
        TIME                        EVENT         NAME        ADDRESS          BY       DETAIL
        2026-03-04 05:06:07 +00:00  ChainStarted  SERVER
        2026-03-04 06:06:07 +00:00  Logon         ada         127.0.0.1:1
        2026-03-04 06:06:07 +00:00  FailedLogin   b\u001Bb    127.0.0.1:23456
        2026-03-04 07:06:07 +00:00  Banned        10.0.0.0/8                   console  spam
        2026-03-04 07:06:07 +00:00  Kicked        ada         127.0.0.1:1      zoe
        """;

    [TestMethod]
    public async Task The_console_shows_all_entries_the_newest_last() => Assert.AreEqual(All, await ConsoleAsync(""));

    [TestMethod]
    public async Task The_command_line_shows_the_same_from_the_files_that_a_server_has_open()
    {
        await _trail.ReadNewestAsync(1);
        Assert.AreEqual(
            string.Join('\n', All.Split('\n').Select((line, i) => i > 0 ? LocalLine(line) : line)), await ProgramAsync(0));

        // The command line has the machine's time zone.
        static string LocalLine(string line) =>
            DateTimeOffset.Parse($"{line[..19]}Z", CultureInfo.InvariantCulture).ToLocalTime().ToString(
                "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
            + line[19..];
    }

    [TestMethod]
    [DataRow("--failed", "b\\u001Bb")]
    [DataRow("--user ADA --event kicked", "  zoe")]
    [DataRow("--event Kicked", "  zoe")]
    [DataRow("--event banned --user 10.0.0.0/8", "spam")]
    [DataRow("--actor zoe", "  zoe")]
    [DataRow("--address 127.0.0.1 --since 59m", "  zoe")]
    [DataRow("--address 127.0.0.0/8 --until 30m --limit 1", "b\\u001Bb")]
    [DataRow("--since 2026-03-04T07:06:07 --user=ada", "  zoe")]
    [DataRow("--since '2026-03-04 07:06' --user ada", "  zoe")]
    [DataRow("--since 2026-03-04 --until 2026-03-05 --failed", "b\\u001Bb")]
    public async Task Filters_select_the_matching_entries(string arguments, string expected)
    {
        string[] lines = (await ConsoleAsync(arguments.Replace('\'', '"'))).TrimEnd().Split('\n');
        Assert.Contains(expected, lines[1]);
        Assert.IsTrue(lines.Length == 2 || lines[2].StartsWith("(the newest 1 entry; ", StringComparison.Ordinal), lines[^1]);
    }

    [TestMethod]
    [DataRow("--user nobody", "no entry matches")]
    [DataRow("--since 0s --failed", "no entry matches")]
    public async Task History_says_that_no_entry_matches(string arguments, string expected) =>
        Assert.AreEqual(expected, await ConsoleAsync(arguments));

    [TestMethod]
    [DataRow("--since", "--since")]
    [DataRow("--since 1y", "--since cannot be '1y'; it must be a duration ago such as 30s, 15m, 1h or 7d, or a local date")]
    [DataRow("--since 1h --until 2h", "--until has to be later than --since")]
    [DataRow("--since 2026-03-04 --until 2026-03-04", "--until has to be later than --since")]
    [DataRow("--until yesterday", "--until cannot be 'yesterday'")]
    [DataRow("--limit 0", "--limit cannot be '0'; it must be a number of 1 to 10000")]
    [DataRow("--limit 10001", "--limit cannot be '10001'")]
    [DataRow("--event kick", "there is no event kick; did you mean Kicked? All events: Logon, Logoff, FailedLogin, ")]
    [DataRow("--event 10", "there is no event 10")]
    [DataRow("--address b\u001bb", "--address cannot be 'b\\u001Bb'")]
    [DataRow("--usr ada", "there is no option --usr; did you mean --user? All options: --user, --actor, --address, --event, --failed, --since, --until, --limit, --json, --help")]
    [DataRow("--data x", "there is no option --data")]
    [DataRow("ada", "unexpected ada; write --user before the name of a user")]
    [DataRow("verify --user ada", "there is no option --user. All options: --head, --json, --help")]
    [DataRow("verify --head 5", "--head cannot be '5'")]
    public async Task Wrong_usage_says_what_is_wrong(string arguments, string expected) =>
        Assert.Contains(expected, await ConsoleAsync(arguments, exit: 2));

    [TestMethod]
    [DataRow("--help", "--event <EVENT>")]
    [DataRow("-h", "InvitationWithdrawn")]
    [DataRow("--usr x --help", "--failed")]
    [DataRow("verify --help", "--head <N:HASH>")]
    public async Task Help_lists_the_options(string arguments, string expected)
    {
        string help = await ConsoleAsync(arguments, isHelp: true);
        Assert.Contains(expected, help);
        Assert.IsFalse(help.Contains("--data", StringComparison.Ordinal));
        await using HostRun run = await HostRun.ToEndAsync(_home, ["history", .. arguments.Split(' ')]);
        Assert.Contains(expected, run.Out.ToString());
        Assert.AreEqual(0, await run.Ended);
    }

    [TestMethod]
    public async Task JSON_has_every_field_on_the_console_and_on_the_command_line()
    {
        string text = await ConsoleAsync("--json --event Banned");
        using JsonDocument json = JsonDocument.Parse(text);
        JsonElement entry = json.RootElement.EnumerateArray().Single();
        Assert.AreEqual(4, entry.GetProperty("number").GetInt64());
        Assert.AreEqual(_time.GetUtcNow(), entry.GetProperty("time").GetDateTimeOffset());
        Assert.AreEqual(
            "Banned 10.0.0.0/8  console spam",
            string.Join(' ', ((string[])["event", "name", "address", "actor", "detail"]).Select(name => entry.GetProperty(name).GetString())));
        Assert.AreEqual(64, entry.GetProperty("hash").GetString()!.Length);

        Assert.AreEqual(text, await ProgramAsync(0, "--json", "--event", "Banned"));
    }

    [TestMethod]
    public async Task Verify_names_the_head_and_what_is_wrong()
    {
        string sound = await ConsoleAsync("verify");
        Assert.StartsWith("the audit trail is intact: entries 1 to 5, 2026-03-04 05:06:07 +00:00 to 2026-03-04 07:06:07 +00:00\nhead 5:", sound);
        string head = sound.TrimEnd().Split("head ")[1];
        Assert.AreEqual(sound, await ConsoleAsync($"verify --head {head}"));
        string forged = "4" + head[1..];
        Assert.AreEqual(
            "the audit trail is damaged or was changed: entry 4 does not match the given head",
            await ConsoleAsync($"verify --head {forged}", exit: 1));

        await _trail.DisposeAsync();
        _folder.Tamper(entries => entries.Delete(5L));
        Assert.Contains("entries 1 to 4", await ProgramAsync(0, "verify"));
        Assert.AreEqual("the audit trail is damaged or was changed: entry 5 is missing", await ProgramAsync(1, "verify", "--head", head));
        _folder.Tamper(entries => entries.Delete(3L));
        Assert.AreEqual("the audit trail is damaged or was changed: entry 3 is missing", await ProgramAsync(1, "verify"));
        using JsonDocument json = JsonDocument.Parse(await ProgramAsync(1, "verify", "--json"));
        Assert.IsFalse(json.RootElement.GetProperty("isIntact").GetBoolean());
        Assert.AreEqual(3, json.RootElement.GetProperty("firstInvalid").GetInt64());
    }

    [TestMethod]
    public async Task A_head_of_a_deleted_entry_exits_with_3()
    {
        string head = (await ConsoleAsync("verify")).TrimEnd().Split("head ")[1];
        _time.Advance(TimeSpan.FromDays(8));
        await _trail.Deleting.WaitAsync(Guard.NewToken());
        Assert.Contains("entry 2 was deleted", await ConsoleAsync($"verify --head 2{head[1..]}", exit: 3));
    }

    [TestMethod]
    public async Task A_server_records_what_happens_and_logs_the_head_when_it_stops()
    {
        await using HostRun run = await HostRun.ToEndAsync(_home, ["--port", "0"], "history\nhistory verify --json\nshutdown\n");
        Assert.AreEqual(0, await run.Ended);
        Assert.Contains("Started", run.Out.ToString());
        Assert.Contains("\"isIntact\": true", run.Out.ToString());
        Assert.AreEqual("EXIT", run.Out.Lines[^1]);
        string head = run.Out.Lines[^2].Split("audit trail at ")[1];

        await using HostRun verify = await HostRun.ToEndAsync(_home, ["history", "verify", "--head", head]);
        Assert.AreEqual(0, await verify.Ended, verify.Error.ToString());
        Assert.Contains($"head {head}", verify.Out.ToString());
        await using HostRun show = await HostRun.ToEndAsync(_home, ["history", "--limit", "1"]);
        Assert.Contains("Stopped", show.Out.ToString());
    }

    [TestMethod]
    public async Task History_is_in_the_audit_trail_itself()
    {
        await using var run = new AdminRun(_trail, _time);
        await run.RunAsync("history --limit 1");
        await run.RunAsync("history verify");

        CollectionAssert.AreEqual((string[])["history --limit 1", "history verify"], await run.AuditedAsync());
    }

    [TestMethod]
    public async Task A_kick_is_recorded_with_its_actor()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient client = await server.ConnectAsync("eve", Guard.NewToken());
        string address = $"{server.Ledger.Find("eve").Single().RemoteEndPoint}";
        await using var run = new AdminRun(server.Server);
        await run.RunAsync("kick eve", caller: new("zoe", "::1"));

        AuditEntry kick = (await server.Audit.ReadNewestAsync(10)).Single(entry => entry.Event == AuditEvent.Kicked);
        Assert.AreEqual(("eve", address, "zoe"), (kick.Name, kick.Address, kick.Actor));
    }

    public async ValueTask DisposeAsync()
    {
        await _trail.DisposeAsync();
        _folder.Dispose();
        _home.Dispose();
    }

    private async Task<string> ConsoleAsync(string arguments, int exit = 0, bool isHelp = false)
    {
        // Not audited, so that the commands do not read their own entries.
        await using AdminRun run = AdminRun.With(
            [new HistoryCommand { IsAudited = false }, new HistoryVerifyCommand { IsAudited = false }], null, _trail, _time);
        CommandOutput output = await run.RunAsync($"history {arguments}");
        Assert.AreEqual(exit, output.Exit, output.Text);
        Assert.AreEqual(exit != 2 && !isHelp, output.Data is not null);
        return output.Text;
    }

    private async Task<string> ProgramAsync(int exit, params string[] arguments)
    {
        await using HostRun run = await HostRun.ToEndAsync(_home, ["history", .. arguments, "--data", _folder.Path]);
        Assert.AreEqual(exit, await run.Ended, run.Error.ToString());
        return $"{run.Out}{run.Error}".TrimEnd();
    }
}
