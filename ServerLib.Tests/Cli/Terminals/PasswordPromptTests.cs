using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Cli.Terminals;

/// <summary>Questions for passwords in a terminal.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class PasswordPromptTests : IDisposable
{
    private const string Dumb = "dumb";
    private const string Password = "correct horse battery";

    private readonly CancellationToken _guard = Guard.ForPrograms();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(Dumb)]
    [DataRow("xterm")]
    public async Task The_command_line_asks_for_a_new_password_without_showing_it(string term)
    {
        await using (TerminalProcess add = Start(term, "user", "add", "ada"))
        {
            await AnswerAsync(add, "Password for ada: ", Password);
            await AnswerAsync(add, "The same again: ", Password);
            Assert.AreEqual(0, await add.WaitForExitAsync(_guard), add.Screen);
            Assert.Contains("added ada", add.Screen);
            Assert.DoesNotContain("horse", add.Screen);
        }

        await using TerminalProcess change = Start(term, "user", "passwd", "ada");
        await AnswerAsync(change, "Password for ada: ", "wrong\b\b\b\b\bcorrect horse");
        await AnswerAsync(change, "The same again: ", "correct horse");
        Assert.AreEqual(0, await change.WaitForExitAsync(_guard), change.Screen);
        Assert.DoesNotContain("horse", change.Screen);
    }

    [TestMethod]
    [DataRow(Dumb)]
    [DataRow("xterm")]
    public async Task Connect_asks_for_the_password_without_showing_it(string term)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using TerminalProcess chat = TerminalProcess.Start(_folder.Path, ["connect", $"{server.EndPoint}", "--user", "ada"], term);
        await AnswerAsync(chat, "Password: ", Password);
        await chat.SeeAsync("* ada joined", _guard);
        await chat.TypeAsync("/quit\n");

        Assert.AreEqual(0, await chat.WaitForExitAsync(_guard), chat.Screen);
        Assert.DoesNotContain("horse", chat.Screen);
    }

    [TestMethod]
    public async Task Connect_on_a_dumb_terminal_asks_whether_to_trust_a_server()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using TerminalProcess chat = TerminalProcess.Start(
            _folder.Path, ["connect", $"{server.EndPoint}", "--user", "ada", "--tls", "--known-servers", "known"], Dumb);
        await chat.SeeAsync("Trust it (yes/no)? ", _guard);
        await chat.TypeAsync("yes\n");
        await AnswerAsync(chat, "Password: ", Password);
        await chat.SeeAsync("* ada joined", _guard);
    }

    [TestMethod]
    public async Task The_console_of_a_dumb_terminal_asks_for_a_password()
    {
        await using TerminalProcess server = Start(Dumb, ["serve", "--port", "0", .. HostProcess.Cheap]);
        await server.SeeAsync("Ctrl+C stops the server.", _guard);
        await server.TypeAsync("user add ada\n");
        await AnswerAsync(server, "Password for ada: ", Password);
        await AnswerAsync(server, "The same again: ", Password);
        await server.SeeAsync("added ada", _guard);
        await server.TypeAsync("\u0003");

        Assert.AreEqual(0, await server.WaitForExitAsync(_guard), server.Screen);
        Assert.DoesNotContain("horse", server.Screen);
    }

    [TestMethod]
    public async Task A_command_whose_output_is_redirected_asks_on_standard_error()
    {
        string[] words = [.. TerminalProcess.Program, "user", "add", "ada", "--json"];
        await using TerminalProcess add = TerminalProcess.StartCommand(_folder.Path, ["sh", "-c", "\"$@\" > output", "sh", .. words]);
        await AnswerAsync(add, "Password for ada: ", Password);
        await AnswerAsync(add, "The same again: ", Password);

        Assert.AreEqual(0, await add.WaitForExitAsync(_guard), add.Screen);
        Assert.StartsWith("{", await File.ReadAllTextAsync(_folder.File("output"), _guard));
    }

    private TerminalProcess Start(string term, params string[] arguments) =>
        TerminalProcess.Start(_folder.Path, [.. arguments, "--data", _folder.File("data")], term);

    /// <summary>Waits for a question and answers it. When the question is shown, what is typed is not.</summary>
    private async Task AnswerAsync(TerminalProcess program, string question, string answer)
    {
        await program.SeeAsync(question, _guard);
        Assert.Contains("-echo ", await program.SetAsync(_guard, "-a"));
        await program.TypeAsync($"{answer}\n");
    }
}
