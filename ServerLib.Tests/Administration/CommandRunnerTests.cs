using System.Text.Json;
using Microsoft.Extensions.Logging;
using ServerLib.Administration;
using ServerLib.Cli;
using ServerLib.Tests.Cli;

namespace ServerLib.Tests.Administration;

/// <summary>From a line to an output and an entry in the audit trail.</summary>
[TestClass]
public sealed class CommandRunnerTests
{
    private static readonly AdminCaller Ada = new("ada", "127.0.0.1");

    [TestMethod]
    [DataRow("  SING  the  song ", "the song")]
    [DataRow("sing\tit", "it")]
    [DataRow("sing \"the  song\"", "the  song")]
    [DataRow("sing it's late", "it's late")]
    public async Task A_line_runs_the_command_of_its_first_word_with_the_others(string line, string words)
    {
        AdminCaller? caller = null;

        Assert.AreEqual((7, $"la {words}"), await AnswerAsync(line, new SongCommand("sing", request => caller = request.Caller) { Exit = 7 }));
        Assert.AreEqual(Ada, caller);
    }

    [TestMethod]
    [DataRow("dance", "there is no command dance; 'help' lists the commands")]
    [DataRow("snig", "there is no command snig; 'help' lists the commands")]
    [DataRow("singg", "there is no command singg; did you mean 'sing'? 'help' lists the commands")]
    [DataRow("adduser ada", "there is no command adduser; did you mean 'user add'? 'help' lists the commands")]
    [DataRow("GRANT ada admin", "there is no command GRANT; did you mean 'role grant'? 'help' lists the commands")]
    [DataRow("bans", "there is no command bans; did you mean 'ban list'? 'help' lists the commands")]
    [DataRow("\u001b[2J", "there is no command \\u001B[2J; 'help' lists the commands")]
    [DataRow("song", "song needs one of: find, hum")]
    [DataRow("song hun", "there is no command song hun; did you mean 'song hum'?")]
    [DataRow("song \u001bx", "there is no command song \\u001Bx; song needs one of: find, hum")]
    [DataRow("sing", "usage: sing WORDS...")]
    [DataRow("song hum", "usage: song hum WORDS")]
    [DataRow("sing --lout it", "there is no option --lout. All options: --json, --help")]
    [DataRow("sing it --jso", "there is no option --jso; did you mean --json? All options: --json, --help")]
    public async Task A_line_that_cannot_be_run_is_explained_and_exits_with_2(string line, string expected)
    {
        var sing = new SongCommand("sing");

        Assert.AreEqual(
            (2, expected), await AnswerAsync(line, sing, new SongCommand("song hum", maxWords: 1), new SongCommand("song find", minWords: 0)));
    }

    [TestMethod]
    [DataRow("hum a b", "b")]
    [DataRow("hum a \u001bb", "\\u001Bb")]
    public async Task A_word_too_many_is_named_without_control_characters(string line, string expected)
    {
        (int exit, string text) = await AnswerAsync(line, new SongCommand("hum", maxWords: 1));
        Assert.AreEqual(2, exit);
        Assert.Contains(expected, text);
    }

    [TestMethod]
    public async Task An_optional_argument_may_be_left_out()
    {
        Assert.AreEqual((0, "la"), await AnswerAsync("sing", new SongCommand("sing", minWords: 0)));
        Assert.AreEqual((0, "la it"), await AnswerAsync("sing it", new SongCommand("sing", minWords: 0)));
    }

    [TestMethod]
    [DataRow("sing -- --json it", "la --json it")]
    [DataRow("sing -- --help", "la --help")]
    [DataRow("sing a -- -x -- b", "la a -x -- b")]
    [DataRow("sing - -5 a", "la - -5 a")]
    public async Task Words_after_two_dashes_are_free_text(string line, string expected) =>
        Assert.AreEqual((0, expected), await AnswerAsync(line, new SongCommand("sing")));

    [TestMethod]
    public async Task An_empty_line_does_nothing()
    {
        await using AdminRun run = AdminRun.With([new SongCommand("sing", minWords: 0)]);
        Assert.AreEqual((0, ""), await run.AnswerAsync(" \t "));
        Assert.IsEmpty(await run.AuditedAsync());
    }

    [TestMethod]
    [DataRow("sing --json it now")]
    [DataRow("sing it --json now")]
    [DataRow("sing it now --json")]
    public async Task The_option_json_works_in_every_place(string line)
    {
        await using AdminRun run = AdminRun.With([new SongCommand("sing", request => request.Data = new { Heard = "\u001b\u202e\u0085 +zoë\n" })]);
        CommandOutput output = await run.RunAsync(line);

        Assert.AreEqual("""{"heard": "\u001B\u202E\u0085 +zoë\n"}""", output.Text.ReplaceLineEndings("").Replace("  ", "", StringComparison.Ordinal));
        Assert.AreEqual("\u001b\u202e\u0085 +zoë\n", output.Data!.Value.GetProperty("heard").GetString());
        Assert.IsTrue(output.IsJson);
    }

    [TestMethod]
    [DataRow("sing it", "la it")]
    [DataRow("sing it--json", "la it--json")]
    [DataRow("sing a -- --json b", "la a --json b")]
    public async Task Without_that_option_the_output_is_text_beside_the_data(string line, string text)
    {
        await using AdminRun run = AdminRun.With([new SongCommand("sing", request => request.Data = "data")]);
        CommandOutput output = await run.RunAsync(line);

        Assert.AreEqual((0, text, "data", false), (output.Exit, output.Text, output.Data!.Value.GetString(), output.IsJson));
    }

    [TestMethod]
    [DataRow("sing it --json", 0, "{\"message\":\"la it\"}")]
    [DataRow("fail it --json", 3, "{\"error\":\"la it\",\"exit\":3}")]
    [DataRow("throw it --json", 1, "{\"error\":\"la it\\nthrow failed: no voice\",\"exit\":1}")]
    [DataRow("refuse it --json", 2, "{\"error\":\"la it\\nhoarse\",\"exit\":2}")]
    [DataRow("dance --json", 2, "{\"error\":\"there is no command dance; 'help' lists the commands\",\"exit\":2}")]
    [DataRow("song --json", 2, "{\"error\":\"song needs one of: hum\",\"exit\":2}")]
    [DataRow("sing --json", 2, "{\"error\":\"usage: sing WORDS...\",\"exit\":2}")]
    [DataRow("song hum --json x", 1, "{\"error\":\"song hum works only while the server is not running; stop the server first\",\"exit\":1}")]
    public async Task Every_command_and_error_has_JSON(string line, int exit, string expected)
    {
        await using AdminRun run = AdminRun.With(
        [
            new SongCommand("sing"), new SongCommand("fail") { Exit = 3 }, new SongCommand("throw", _ => throw new IOException("no voice")),
            new SongCommand("refuse", _ => throw new AdminCommandException(2, "hoarse")), new SongCommand("song hum", place: CommandPlace.Files),
        ]);
        CommandOutput output = await run.RunAsync(line);

        Assert.AreEqual(exit, output.Exit);
        Assert.AreEqual(expected, JsonSerializer.Serialize(JsonDocument.Parse(output.Text)).Replace("\\u0027", "'", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow(1_234_567, 0, "2026-03-04T05:06:07.123+00:00")]
    [DataRow(0, 0, "2026-03-04T05:06:07.000+00:00")]
    [DataRow(9_999, 60, "2026-03-04T05:06:07.000+01:00")]
    public async Task Times_in_JSON_have_milliseconds_and_the_offset_from_UTC(long ticks, int minutes, string expected)
    {
        DateTimeOffset time = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromMinutes(minutes)).AddTicks(ticks);
        (_, string text) = await AnswerAsync("sing it --json", new SongCommand("sing", request => request.Data = new Times(time, time, null)));

        Assert.AreEqual(
            $$"""{"first":"{{expected}}","second":"{{expected}}","third":null}""",
            text.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task A_table_has_a_header_and_is_above_the_other_lines()
    {
        var table = new AdminTable("NAME", "STATE");
        table.Add("z\u001boe", "locked");
        await using AdminRun run = AdminRun.With([new SongCommand("sing", request => request.List(table, "nobody"))]);
        CommandOutput output = await run.RunAsync("sing it");

        Assert.AreEqual("NAME       STATE\nz\\u001Boe  locked\nla it", output.Text);
        Assert.AreEqual("NAME STATE", string.Join(' ', output.Table!.Columns));
        Assert.AreEqual("z\\u001Boe locked", string.Join(' ', output.Table.Rows.Single()));
        Assert.AreEqual("la it", output.Table.Notes.Single());
    }

    [TestMethod]
    [DataRow("sing x", "Server", CommandPlace.Files, "sing needs a running server")]
    [DataRow("sing x", "Files", CommandPlace.Server, "sing works only while the server is not running; stop the server first")]
    [DataRow("sing x", "CommandLine", CommandPlace.Server, "sing works on the command line only: serverlib sing")]
    [DataRow("sing x", "CommandLine", CommandPlace.Files, "sing works on the command line only: serverlib sing")]
    [DataRow("sing x", "ServerOrFiles", CommandPlace.Server, null)]
    [DataRow("sing x", "ServerOrFiles", CommandPlace.Files, null)]
    [DataRow("sing x", "Files", CommandPlace.Files, null)]
    public async Task A_command_runs_only_in_its_place(string line, string place, CommandPlace at, string? problem)
    {
        var sing = new SongCommand("sing", place: Enum.Parse<CommandPlace>(place));
        await using AdminRun run = AdminRun.With([sing]);
        run.Runner.At = at;

        Assert.AreEqual(problem is null ? (0, "la x") : (1, problem), await run.AnswerAsync(line));
    }

    [TestMethod]
    public async Task A_command_that_fails_says_why_in_one_line_and_is_logged()
    {
        using var errors = new Transcript();
        ServerLibException failure = ServerLibException.Wrap(ServerLibException.Because("no voice\nat all", "Throat"), "Mouth");
        using (var console = new HostConsole(TextWriter.Null, errors))
        {
            using ILoggerFactory loggers = LoggerFactory.Create(logging => logging.AddProvider(new ErrorLoggerProvider(console)));
            await using AdminRun run = AdminRun.With([new SongCommand("sing", _ => throw failure)], loggers.CreateLogger<AdminCommandRunner>());
            Assert.AreEqual((1, "la x\nsing failed: no voice\\nat all"), await run.AnswerAsync("sing x"));
        }

        Assert.AreEqual("error: The command 'sing' failed. ServerLibException: no voice\\nat all\n", errors.ToString());
    }

    [TestMethod]
    public async Task A_service_that_the_server_does_not_have_is_named()
    {
        await using AdminRun run = AdminRun.With([new SongCommand("sing", request => request.Service<IUserAdministration>())]);
        Assert.AreEqual((1, "la x\nthe server's user database has no administration of accounts"), await run.AnswerAsync("sing x"));
    }

    [TestMethod]
    public async Task Every_line_is_in_the_audit_trail_except_what_may_be_a_secret()
    {
        await using AdminRun run = AdminRun.With([new SongCommand("sing"), new SongCommand("passwd", maxWords: 2)]);
        foreach (string line in (string[])["sing it  loud --json", "SING", "hunter2 correct horse", "passwd alice my hunter2", "  "])
            await run.RunAsync(line, caller: Ada);
        await run.RunAsync("sing --help", caller: Ada);
        await run.RunAsync("passwd alice", input: "hunter2");

        string[] lines = [.. (await run.Audit.ReadNewestAsync(10)).Where(entry => entry.Event == AuditEvent.AdminCommand)
            .Select(entry => $"{entry.Actor}@{entry.Address}: {entry.Detail}").Reverse()];
        CollectionAssert.AreEqual(
            (string[])
            [
                "ada@127.0.0.1: sing it loud --json", "ada@127.0.0.1: sing (exit 2)", "ada@127.0.0.1: (no command) (exit 2)",
                "ada@127.0.0.1: passwd (exit 2)", "console@: passwd alice",
            ],
            lines);
    }

    [TestMethod]
    public async Task A_command_that_fails_is_in_the_audit_trail_with_its_exit_code()
    {
        await using AdminRun run = AdminRun.With(
            [new SongCommand("sing") { Exit = 3 }, new SongCommand("fail", _ => throw new OperationCanceledException(Guard.NewToken()))]);
        foreach (string line in (string[])["sing it", "sing", "fail it", $"sing {new string('x', 300)}"])
            await run.RunAsync(line);

        CollectionAssert.AreEqual(
            (string[])["sing it (exit 3)", "sing (exit 2)", "fail it (exit 1)", $"sing {new string('x', 242)} (exit 3)"], await run.AuditedAsync());
    }

    [TestMethod]
    public async Task A_command_that_only_reads_is_not_in_the_audit_trail()
    {
        await using AdminRun run = AdminRun.With([new SongCommand("sing") { IsAudited = false }, new SongCommand("shout")]);
        await run.RunAsync("sing it");
        await run.RunAsync("shout it");

        CollectionAssert.AreEqual((string[])["shout it"], await run.AuditedAsync());
    }

    private static async Task<(int Exit, string Text)> AnswerAsync(string line, params AdminCommand[] commands)
    {
        await using AdminRun run = AdminRun.With(commands);
        return await run.AnswerAsync(line, caller: Ada);
    }

    private sealed record Times(DateTimeOffset First, DateTimeOffset? Second, DateTimeOffset? Third);
}
