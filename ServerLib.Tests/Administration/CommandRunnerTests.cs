using Microsoft.Extensions.Logging;
using ServerLib.Administration;
using ServerLib.Administration.Commands;
using ServerLib.Cli;
using ServerLib.Tests.Cli;

namespace ServerLib.Tests.Administration;

[TestClass]
public sealed class CommandRunnerTests : IDisposable
{
    private readonly Transcript _errors = new();

    [TestMethod]
    [DataRow("  SING  the  song ", "the  song")]
    [DataRow("sing\tit", "it")]
    public async Task Runs_the_command_that_the_line_names_with_what_follows(string line, string argument)
    {
        CommandCaller? caller = null;
        CommandResult result = await RunAsync(line, new Sing(context => caller = context.Caller) { Result = 7 });

        Assert.AreEqual(new CommandResult(7, $"la {argument}"), result);
        Assert.AreEqual(Ada, caller);
    }

    [TestMethod]
    [DataRow("dance", "there is no command dance; 'help' lists the commands")]
    [DataRow("snig", "there is no command snig; 'help' lists the commands")]
    [DataRow("singg", "there is no command singg; did you mean sing? 'help' lists the commands")]
    [DataRow("\u001b[2J", "there is no command \\u001B[2J; 'help' lists the commands")]
    [DataRow("sing", "usage: sing SONG...")]
    [DataRow("sing --json", "usage: sing SONG...")]
    [DataRow("hum it", "usage: hum (without arguments)")]
    [DataRow("kick", "usage: kick NAME")]
    [DataRow("kick ada zoe", "usage: kick NAME")]
    [DataRow("kick ada\tzoe --json", "usage: kick NAME")]
    [DataRow("rest a while", "usage: rest [BEATS]")]
    [DataRow("list it", "usage: list [--json]")]
    [DataRow("find", "usage: find NAME [--json]")]
    public async Task Says_what_is_wrong_with_a_line(string line, string expected) =>
        Assert.AreEqual(
            new CommandResult(2, expected),
            await RunAsync(
                line,
                new Sing(_ => { }),
                new Sing(_ => { }) { Name = "hum", Argument = null },
                new Sing(_ => { }) { Name = "kick", Argument = "NAME" },
                new Sing(_ => { }) { Name = "rest", Argument = "[BEATS]" },
                new Sing(_ => { }) { Name = "list", Argument = null, HasJson = true },
                new Sing(_ => { }) { Name = "find", Argument = "NAME", HasJson = true }));

    [TestMethod]
    [DataRow("NAME", "ada")]
    [DataRow("TEXT...", "ada and zoe")]
    [DataRow("[TEXT...]", "ada zoe")]
    [DataRow("NAME KEYNAME", "ada zoe bob")]
    public async Task As_many_words_as_its_usage_says_are_the_commands_own(string usage, string argument) =>
        Assert.AreEqual(new CommandResult(0, $"la {argument}"), await RunAsync($"sing {argument}", new Sing(_ => { }) { Argument = usage }));

    [TestMethod]
    public async Task An_argument_in_brackets_may_be_left_out()
    {
        var sing = new Sing(_ => { }) { Argument = "[SONG]" };

        Assert.AreEqual("la", (await RunAsync("sing", sing)).Text);
        Assert.AreEqual("la it", (await RunAsync("sing it", sing)).Text);
    }

    [TestMethod]
    public async Task An_empty_line_is_nothing() => Assert.AreEqual(new CommandResult(0, ""), await RunAsync(" \t ", new Sing(_ => { })));

    [TestMethod]
    [DataRow("sing --json it now", "it now")]
    [DataRow("sing it now --json", "it now")]
    public async Task Json_as_the_second_or_last_word_gives_the_data_instead_of_the_text(string line, string argument)
    {
        var data = new { Heard = "\u001b\u202e\u0085 +zoë\n" };
        string? heard = null;
        CommandResult result = await RunAsync(line, new Sing(context =>
        {
            heard = context.Argument;
            context.Data = data;
        }));

        Assert.AreEqual(argument, heard);
        Assert.AreEqual("""{"heard": "\u001B\u202E\u0085 +zoë\n"}""", result.Text.ReplaceLineEndings("").Replace("  ", "", StringComparison.Ordinal));
        Assert.AreSame(data, result.Data);
    }

    [TestMethod]
    [DataRow(1_234_567, 0, "2026-03-04T05:06:07.123+00:00")]
    [DataRow(0, 0, "2026-03-04T05:06:07.000+00:00")]
    [DataRow(9_999, 60, "2026-03-04T05:06:07.000+01:00")]
    public async Task Times_in_JSON_are_all_to_the_millisecond_with_their_distance_from_UTC(long ticks, int minutes, string expected)
    {
        DateTimeOffset time = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromMinutes(minutes)).AddTicks(ticks);
        string text = (await RunAsync("sing --json", new Sing(context => context.Data = new Times(time, time, null)) { Argument = "[SONG]" })).Text;

        Assert.AreEqual(
            $$"""{"first":"{{expected}}","second":"{{expected}}","third":null}""",
            text.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("sing it", "la it")]
    [DataRow("sing --jsonx", "la --jsonx")]
    [DataRow("sing it--json", "la it--json")]
    [DataRow("sing a --json b", "la a --json b")]
    public async Task Without_that_word_the_text_is_given_beside_the_data(string line, string text) =>
        Assert.AreEqual(new CommandResult(0, text, "data"), await RunAsync(line, new Sing(context => context.Data = "data")));

    [TestMethod]
    [DataRow("sing it --json")]
    [DataRow("sing --json it")]
    public async Task A_json_option_in_free_text_is_part_of_the_text(string line) =>
        Assert.AreEqual(
            new CommandResult(0, $"la {line[5..]}", "data"),
            await RunAsync(line, new Sing(context => context.Data = "data") { TakesAnyText = true }));

    [TestMethod]
    public async Task A_command_without_data_says_that_it_has_none() =>
        Assert.AreEqual("la it\nsing has no JSON output", (await RunAsync("sing --json it", new Sing(_ => { }))).Text);

    [TestMethod]
    public async Task A_failed_command_gives_the_reason_as_text_even_with_json() =>
        Assert.AreEqual(new CommandResult(3, "la it"), await RunAsync("sing --json it", new Sing(_ => { }) { Result = 3 }));

    [TestMethod]
    public async Task A_command_that_fails_says_why_in_one_line_and_is_logged()
    {
        ServerLibException failure = ServerLibException.Wrap(ServerLibException.Because("no voice\nat all", "Throat"), "Mouth");

        Assert.AreEqual(
            new CommandResult(1, "la x\nsing failed: no voice\\nat all"), await RunAsync("sing x", new Sing(_ => throw failure)));
        Assert.AreEqual("error: The command 'sing' failed. ServerLibException: no voice\\nat all\n", _errors.ToString());
    }

    [TestMethod]
    public async Task Every_line_is_in_the_audit_trail_but_for_what_may_be_a_secret()
    {
        using var folder = new TempFolder();
        await using var audit = new AuditTrail(folder.Path);
        using ILoggerFactory loggers = LoggerFactory.Create(_ => { });
        var runner = new AdminCommandRunner(
            [new Sing(_ => { }), new Sing(_ => { }) { Name = "passwd", Argument = "NAME", Audits = argument => argument.Split(' ')[0] }],
            loggers.CreateLogger<AdminCommandRunner>(),
            audit);
        foreach (string line in (string[])["sing it  loud --json", "SING", "hunter2 correct horse", "passwd alice hunter2", "  "])
            await runner.RunAsync(line, Ada, Guard.NewToken());
        await runner.RunAsync("sing", CommandCaller.Console, Guard.NewToken());

        string[] lines = [.. (await audit.ReadNewestAsync(10)).Where(entry => entry.Event == AuditEvent.AdminCommand)
            .Select(entry => $"{entry.Actor}@{entry.Address}: {entry.Detail}").Reverse()];
        CollectionAssert.AreEqual(
            (string[])["ada@127.0.0.1: sing it  loud", "ada@127.0.0.1: sing (exit 2)", "ada@127.0.0.1: (no command)", "ada@127.0.0.1: passwd alice (exit 2)", "console@: sing (exit 2)"],
            lines);
    }

    [TestMethod]
    public async Task A_command_that_comes_to_nothing_or_fails_is_in_the_trail_with_its_exit_code()
    {
        using var folder = new TempFolder();
        await using var audit = new AuditTrail(folder.Path);
        using ILoggerFactory loggers = LoggerFactory.Create(_ => { });
        var runner = new AdminCommandRunner(
            [new Sing(_ => { }) { Result = 3 }, new Sing(_ => throw new OperationCanceledException(Guard.NewToken())) { Name = "fail" }],
            loggers.CreateLogger<AdminCommandRunner>(),
            audit);
        foreach (string line in (string[])["sing it", "sing", "fail it", $"sing {new string('x', 300)}"])
            await runner.RunAsync(line, Ada, Guard.NewToken());

        string[] lines = [.. (await audit.ReadNewestAsync(4)).Select(entry => entry.Detail).Reverse()];
        CollectionAssert.AreEqual(
            (string[])["sing it (exit 3)", "sing (exit 2)", "fail it (exit 1)", $"sing {new string('x', 242)} (exit 3)"], lines);
    }

    public void Dispose() => _errors.Dispose();

    private static CommandCaller Ada { get; } = new("ada", "127.0.0.1");

    private async Task<CommandResult> RunAsync(string line, params IAdminCommand[] commands)
    {
        using var console = new HostConsole(TextWriter.Null, _errors);
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging.AddProvider(new ErrorLoggerProvider(console)));
        CommandResult result = await new AdminCommandRunner(commands, loggers.CreateLogger<AdminCommandRunner>())
            .RunAsync(line, Ada, Guard.NewToken());
        return result with { Text = result.Text.ReplaceLineEndings("\n") };
    }

    private sealed record Times(DateTimeOffset First, DateTimeOffset? Second, DateTimeOffset? Third);

    private sealed class Sing(Action<CommandContext> sing) : IAdminCommand
    {
        public string Name { get; init; } = "sing";

        public string? Argument { get; init; } = "SONG...";

        public string Summary => "";

        public string Example => "";

        public bool HasJson { get; init; }

        public int Result { get; init; }

        public bool TakesAnyText { get; init; }

        public Func<string, string> Audits { get; init; } = argument => argument;

        public string Audited(string argument) => Audits(argument);

        public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
        {
            await context.WriteLineAsync($"la {context.Argument}");
            sing(context);
            return Result;
        }
    }
}
