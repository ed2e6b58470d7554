using System.Net;
using System.Text.RegularExpressions;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Cli.Terminals;

/// <summary>The real program in a terminal.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class TerminalTests : IDisposable
{
    private const string Interrupt = "\u0003";
    private const string EndOfInput = "\u0004";

    private readonly CancellationToken _guard = Guard.ForPrograms();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Ctrl_C_stops_a_server_in_a_terminal()
    {
        await using TerminalProcess server = TerminalProcess.Start(_folder.Path, ["--port", "0", "--data", _folder.File("data")]);
        await server.SeeAsync("Listening on ", _guard);
        await server.SeeAsync("Ctrl+C", _guard);

        await server.TypeAsync(Interrupt);

        Assert.AreEqual(0, await server.WaitForExitAsync(_guard), server.Screen);
    }

    [TestMethod]
    public async Task The_console_edits_completes_and_watches_and_closes()
    {
        await using TerminalProcess server = TerminalProcess.Start(_folder.Path, ["--port", "0", "--data", _folder.File("data")]);
        await server.SeeAsync("serverlib> ", _guard);
        await server.TypeAsync("stxx\b\bat\t\r");
        await server.SeeAsync("listening on 127.0.0.1", _guard);
        await server.TypeAsync("watch\r");
        await server.SeeAsync("q quits", _guard);
        await server.TypeAsync("q");
        await server.SeeAsync("\u001b[?25h\u001b[?1049l", _guard);
        await server.TypeAsync(EndOfInput);
        await server.SeeAsync("This console is closed", _guard);

        await server.TypeAsync(Interrupt);

        Assert.AreEqual(0, await server.WaitForExitAsync(_guard), server.Screen);
    }

    [TestMethod]
    public async Task A_dumb_terminal_gets_plain_lines()
    {
        await using TerminalProcess server = TerminalProcess.Start(
            _folder.Path, ["--port", "0", "--data", _folder.File("data")], term: "dumb");
        await server.SeeAsync("Ctrl+C stops the server.", _guard);
        await server.TypeAsync("users\n");
        await server.SeeAsync("nobody is connected", _guard);
        await server.TypeAsync("shutdown\n");

        Assert.AreEqual(0, await server.WaitForExitAsync(_guard), server.Screen);
        Assert.DoesNotContain("\u001b", server.Screen);
    }

    [TestMethod]
    public async Task NO_COLOR_leaves_the_line_editing()
    {
        await using TerminalProcess server = TerminalProcess.StartCommand(
            _folder.Path, ["env", "NO_COLOR=1", .. TerminalProcess.Program, "--port", "0", "--data", _folder.File("data")]);
        await server.SeeAsync("serverlib> ", _guard);
        await server.TypeAsync("user lxx\b\bi\t\r");
        await server.SeeAsync("there are no accounts", _guard);
        await server.TypeAsync("user add ada --generate\r");
        await server.SeeAsync("added ada", _guard);
        await server.TypeAsync("user list\r");
        await server.SeeAsync("───", _guard);
        await server.TypeAsync("shutdown\r");

        Assert.AreEqual(0, await server.WaitForExitAsync(_guard), server.Screen);
        Assert.IsFalse(Regex.IsMatch(server.Screen, "\u001b\\[([0-9]+;)*(3|4|9|10)[0-7][;m]"), server.Screen);
    }

    [TestMethod]
    public async Task A_server_stops_when_its_terminal_closes()
    {
        await using TerminalProcess server = TerminalProcess.Start(
            _folder.Path, ["--port", "0", "--data", _folder.File("data"), .. HostProcess.Cheap]);
        string endPoint = (await server.SeeLineAsync("Listening on ", _guard)).Split(' ')[^1];
        using CompactClient ada = await CompactClient.JoinAsync(IPEndPoint.Parse(endPoint), "ada");

        await server.HangUpAsync(_guard);

        Assert.AreEqual("shutdown", await ada.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task Ctrl_C_at_the_password_ends_the_chat()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using TerminalProcess chat = TerminalProcess.Start(_folder.Path, ["connect", $"{server.EndPoint}", "--user", "ada"]);
        await chat.SeeAsync("assword", _guard);

        await chat.TypeAsync(Interrupt);

        await chat.WaitForExitAsync(_guard);
        Assert.AreEqual(0, server.Server.ConnectionCount);
    }

    [TestMethod]
    public async Task Output_that_is_not_a_terminal_has_no_control_characters()
    {
        using var data = new DataFolder();
        await using ProgramProcess server = await HostProcess.StartAsync(data, _guard);
        await server.SendLineAsync("users", _guard);
        await server.SendLineAsync("status", _guard);
        await server.WaitForLineAsync("listening on ", _guard);

        Assert.IsFalse(server.Transcript.Any(c => char.IsControl(c) && c != '\n'), server.Transcript);
    }
}
