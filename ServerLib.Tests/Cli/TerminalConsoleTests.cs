using ServerLib.Tests.Cli.Terminal;

namespace ServerLib.Tests.Cli;

/// <summary>The server's own console at a terminal.</summary>
[TestClass]
public sealed class TerminalConsoleTests
{
    private const string Prompt = "serverlib> ";

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTerminal _terminal = new() { Width = 100 };

    [TestMethod]
    public async Task Commands_are_completed_remembered_and_answered_with_tables()
    {
        using var folder = new TempFolder();
        await using HostRun run = await StartAsync(folder);
        _terminal.Type("user li\t");
        await _terminal.Screen.SeeAsync($"{Prompt}user list ");
        _terminal.Type("\n");
        await _terminal.Screen.SeeAsync("there are no accounts");
        _terminal.Type("user add ada --generate\n");
        await _terminal.Screen.SeeAsync("added ada");
        int length = _terminal.Screen.Length;
        _terminal.Press(ConsoleKey.UpArrow);
        _terminal.Press(ConsoleKey.UpArrow);
        _terminal.Type("\n");
        await _terminal.Screen.SeeAsync("───", length);

        Assert.AreEqual("", $"{run.Out}{run.Error}");
    }

    [TestMethod]
    public async Task Log_lines_do_not_break_the_line_being_typed()
    {
        using var folder = new TempFolder();
        await using HostRun run = await StartAsync(folder);
        _terminal.Type("stat");
        await _terminal.Screen.SeeAsync($"{Prompt}stat");
        int length = _terminal.Screen.Length;
        await _terminal.Screen.SeeAsync("Type 'help'");
        var endPoint = System.Net.IPEndPoint.Parse($"{_terminal.Screen}".Split("Listening on ")[1].Split('\n')[0]);
        await using ServerClient ada = await ServerClient.ConnectAsync(
            new ServerClientOptions { EndPoint = endPoint, UserName = "ada", Password = "correct horse" }, _guard);
        await _terminal.Screen.SeeAsync("[ STATUS ] clients connected: 1\n", length);
        await _terminal.Screen.SeeAsync($"clients connected: 1\n\u001b[K{Prompt}stat", length);
        _terminal.Type("us\n");
        await _terminal.Screen.SeeAsync("connections: 1", length);
    }

    [TestMethod]
    public async Task Control_D_closes_the_console_and_says_so()
    {
        using var folder = new TempFolder();
        await using HostRun run = await StartAsync(folder);
        _terminal.Press(ConsoleKey.D, control: true);
        await _terminal.Screen.SeeAsync("This console is closed, and the server goes on. Ctrl+C and 'serverlib shutdown' stop it.");

        Assert.IsFalse(run.Ended.IsCompleted);
        Assert.AreEqual(0, await run.StopAsync());
    }

    [TestMethod]
    public async Task A_password_is_asked_for_without_showing_it()
    {
        using var folder = new TempFolder();
        await using HostRun run = await StartAsync(folder);
        _terminal.Type("user add ada\n");
        await _terminal.Screen.SeeAsync("Password for ada: ");
        _terminal.Type("correct horse battery\n");
        await _terminal.Screen.SeeAsync("The same again: ");
        _terminal.Type("correct horse battery\n");
        await _terminal.Screen.SeeAsync("added ada");
        int length = _terminal.Screen.Length;
        _terminal.Press(ConsoleKey.UpArrow);
        await _terminal.Screen.SeeAsync($"{Prompt}user add ada", length);
        Assert.DoesNotContain("correct horse", $"{_terminal.Screen}");
    }

    [TestMethod]
    public async Task Watch_draws_the_traffic_until_q()
    {
        using var folder = new TempFolder();
        await using HostRun run = await StartAsync(folder);
        _terminal.Type("watch\n");
        await _terminal.Screen.SeeAsync("q quits");
        int length = _terminal.Screen.Length;
        _terminal.Type("q");
        await _terminal.Screen.SeeAsync("\u001b[?25h\u001b[?1049l", length);
        await _terminal.Screen.SeeAsync(Prompt, length);
    }

    private async Task<HostRun> StartAsync(TempFolder folder)
    {
        HostRun run = HostRun.Start(folder, ["--port", "0", "--data", "data"], terminal: _terminal);
        await _terminal.Screen.SeeAsync(Prompt);
        return run;
    }
}
