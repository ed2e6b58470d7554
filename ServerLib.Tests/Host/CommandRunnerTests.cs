using Microsoft.Extensions.Logging;
using ServerLib.Host;

namespace ServerLib.Tests.Host;

[TestClass]
public sealed class CommandRunnerTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly Transcript _errors = new();

    [TestMethod]
    [DataRow("  SING  the  song ", "the  song")]
    [DataRow("sing\tit", "it")]
    public async Task Runs_the_command_that_the_line_names_with_what_follows(string line, string argument)
    {
        Assert.AreEqual(7, await RunAsync(line, new Sing(output => output.Write($"<{output}>")) { Result = 7 }));
        Assert.AreEqual($"la {argument}<la {argument}>", _output.ToString());
    }

    [TestMethod]
    [DataRow("dance", "there is no command dance; 'help' lists them")]
    [DataRow("\u001b[2J", "there is no command \\u001B[2J; 'help' lists them")]
    [DataRow("sing", "usage: sing SONG")]
    [DataRow("hum it", "usage: hum (and nothing after it)")]
    public async Task Says_what_is_wrong_with_a_line(string line, string expected)
    {
        Assert.AreEqual(2, await RunAsync(line, new Sing(_ => { }), new Sing(_ => { }) { Name = "hum", Argument = null }));
        Assert.AreEqual(expected, _output.ToString().TrimEnd());
    }

    [TestMethod]
    public async Task An_empty_line_is_nothing()
    {
        Assert.AreEqual(0, await RunAsync(" \t ", new Sing(_ => { })));
        Assert.AreEqual("", _output.ToString());
    }

    [TestMethod]
    public async Task A_command_that_fails_says_why_in_one_line_and_is_logged()
    {
        ServerLibException failure = ServerLibException.Wrap(ServerLibException.Because("no voice\nat all", "Throat"), "Mouth");

        Assert.AreEqual(1, await RunAsync("sing x", new Sing(_ => throw failure)));
        Assert.AreEqual("la xsing failed: no voice\\nat all", _output.ToString().TrimEnd());
        Assert.AreEqual("error: The command sing failed: ServerLibException: no voice\\nat all\n", _errors.ToString());
    }

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    private async Task<int> RunAsync(string line, params IAdminCommand[] commands)
    {
        using var console = new HostConsole(TextWriter.Null, _errors);
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging.AddProvider(new ErrorLoggerProvider(console)));
        return await new CommandRunner(commands, loggers.CreateLogger<CommandRunner>()).RunAsync(line, _output, Guard.NewToken());
    }

    private sealed class Sing(Action<TextWriter> sing) : IAdminCommand
    {
        public string Name { get; init; } = "sing";

        public string? Argument { get; init; } = "SONG";

        public string Summary => "";

        public int Result { get; init; }

        public ValueTask<int> RunAsync(string argument, TextWriter output, CancellationToken cancellationToken)
        {
            output.Write($"la {argument}");
            sing(output);
            return new(Result);
        }
    }
}
