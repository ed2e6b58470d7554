using System.Text.RegularExpressions;
using ServerLib.Cli.Terminal;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Cli.Terminals;

/// <summary>The command <c>watch</c> in a terminal, for a server in another process.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed partial class WatchTests : IDisposable
{
    private const string OtherScreen = "\u001b[?1049h\u001b[?25l";
    private const string FirstScreen = "\u001b[?25h\u001b[?1049l";

    private readonly CancellationToken _guard = Guard.ForPrograms();
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [TestMethod]
    [DataRow("q")]
    [DataRow("\u0003", DisplayName = "Ctrl+C")]
    public async Task A_key_ends_it_and_restores_the_screen(string key)
    {
        await using ProgramProcess server = await StartServerAsync();
        await using TerminalProcess watch = Watch();

        // At once: the key must not end the program while it shows the other screen.
        await watch.SeeAsync(OtherScreen, _guard);
        await watch.TypeAsync(key);
        await watch.SeeAsync(FirstScreen, _guard);

        Assert.AreEqual(0, await watch.WaitForExitAsync(_guard), watch.Screen);
    }

    [TestMethod]
    public async Task A_window_that_changes_its_size_is_drawn_again()
    {
        await using ProgramProcess server = await StartServerAsync();
        await using TerminalProcess watch = Watch();
        await watch.SeeAsync("q quits", _guard);
        await watch.SetAsync(_guard, "cols", "60", "rows", "20");
        await watch.SeeAsync("\u001b[2J\u001b[H", _guard);
        string[] lines = (await watch.SeeAsync("q quits", _guard)).Split("\r\n");

        Assert.HasCount(20, lines);
        foreach (string line in lines)
            Assert.IsLessThanOrEqualTo(60, InputLine.Columns(Escape().Replace(line, "")), line);
        await watch.TypeAsync("q");
        Assert.AreEqual(0, await watch.WaitForExitAsync(_guard), watch.Screen);
    }

    [TestMethod]
    public async Task A_server_that_is_lost_ends_it_with_a_message_and_restores_the_terminal()
    {
        await using ProgramProcess server = await StartServerAsync();
        await using TerminalProcess watch = TerminalProcess.StartCommand(
            _data.Root, ["sh", "-c", "\"$@\"; echo \"exit code $?\"; read line", "sh", .. TerminalProcess.Program, "watch", "--data", _data.Path]);
        await watch.SeeAsync("q quits", _guard);
        await server.KillAsync();

        await watch.SeeAsync(FirstScreen, _guard);
        await watch.SeeAsync("the server has closed the admin socket", _guard);
        await watch.SeeAsync("exit code 1", _guard);
        string settings = await watch.SetAsync(_guard, "-a");
        Assert.Contains(" echo ", settings);
        Assert.Contains(" icanon ", settings);
        Assert.Contains("isig ", settings);
    }

    [TestMethod]
    public async Task NO_COLOR_leaves_the_colors_out()
    {
        await using ProgramProcess server = await StartServerAsync();
        await using (TerminalProcess colored = Watch())
        {
            await colored.SeeAsync("q quits", _guard);
            Assert.IsTrue(Color().IsMatch(colored.Screen), colored.Screen);
        }

        await using TerminalProcess watch = TerminalProcess.StartCommand(
            _data.Root, ["env", "NO_COLOR=1", .. TerminalProcess.Program, "watch", "--data", _data.Path]);
        await watch.SeeAsync("q quits", _guard);

        Assert.IsFalse(Color().IsMatch(watch.Screen), watch.Screen);
    }

    private async Task<ProgramProcess> StartServerAsync()
    {
        ProgramProcess server = await HostProcess.StartAsync(_data, _guard);
        await server.WaitForLineAsync("Ctrl+C", _guard);
        return server;
    }

    private TerminalProcess Watch() => TerminalProcess.Start(_data.Root, ["watch", "--data", _data.Path]);

    [GeneratedRegex("\u001b\\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Escape();

    [GeneratedRegex("\u001b\\[([0-9]+;)*(3|4|9|10)[0-7][;m]")]
    private static partial Regex Color();
}
