using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Administration;
using ServerLib.Testing;

namespace ServerLib.Tests.Administration;

/// <summary>The program in which an admin types commands, and an application's own commands.</summary>
[TestClass]
public sealed class AdminShellTests
{
    private readonly List<CommandRequest> _sent = [];

    [TestMethod]
    public async Task A_password_is_asked_for_twice_and_sent_as_the_input()
    {
        var terminal = new FakeAdminTerminal("correct horse", "correct horse");
        CommandOutput output = await Shell(terminal).RunAsync(" user add ada --role admin ");

        Assert.AreEqual("sent", output.Text);
        CollectionAssert.AreEqual((string[])["Password for ada: ", "The same again: "], terminal.Questions);
        Assert.AreEqual(new CommandRequest("user add ada --role admin", "correct horse"), _sent.Single());
    }

    [TestMethod]
    [DataRow("the passwords are not the same", "correct horse", "correct house")]
    [DataRow("there is no password; give it with --password-stdin, or let the server make one with --generate")]
    [DataRow("there is no password; give it with --password-stdin, or let the server make one with --generate", "correct horse")]
    public async Task Different_or_missing_passwords_are_refused(string expected, params string[] answers)
    {
        Assert.AreEqual(new CommandOutput(2, expected), await Shell(new FakeAdminTerminal(answers)).RunAsync("user passwd ada"));
        Assert.IsEmpty(_sent);
    }

    [TestMethod]
    public async Task A_generated_password_is_not_asked_for()
    {
        var terminal = new FakeAdminTerminal("correct horse");
        await Shell(terminal).RunAsync("user passwd ada --generate");

        Assert.IsEmpty(terminal.Questions);
        Assert.AreEqual(new CommandRequest("user passwd ada --generate"), _sent.Single());
    }

    [TestMethod]
    public async Task A_password_may_come_from_standard_input()
    {
        var terminal = new FakeAdminTerminal("correct horse");
        await Shell(terminal).RunAsync("user passwd ada --password-stdin");

        Assert.IsEmpty(terminal.Questions);
        Assert.AreEqual("correct horse", _sent.Single().Input);
        Assert.AreEqual(2, (await Shell(terminal).RunAsync("user passwd ada --password-stdin")).Exit);
    }

    [TestMethod]
    [DataRow("dance with me")]
    [DataRow("user add")]
    [DataRow("user add --help")]
    [DataRow("user dance")]
    [DataRow("user passwd --generat ada")]
    public async Task A_line_that_the_shell_does_not_know_goes_to_the_server(string line)
    {
        await Shell(new FakeAdminTerminal("a", "a")).RunAsync(line);
        Assert.AreEqual(line, _sent.Single().Line);
        Assert.IsNull(_sent[0].Input);
    }

    [TestMethod]
    public async Task An_empty_line_is_not_sent()
    {
        Assert.AreEqual(new CommandOutput(0, ""), await Shell(new FakeAdminTerminal()).RunAsync(" \t"));
        Assert.IsEmpty(_sent);
    }

    [TestMethod]
    [DataRow("us", "user users")]
    [DataRow("US", "user users")]
    [DataRow("user l", "list lock logout")]
    [DataRow("user key ", "add list remove")]
    [DataRow("role grant ada a", "admin")]
    [DataRow("history --li", "--limit")]
    [DataRow("dance ", "")]
    public void Commands_and_options_are_completed(string text, string expected)
    {
        string[] found = [.. Shell(new FakeAdminTerminal()).Complete(text)];
        foreach (string word in expected.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Assert.Contains(word, found);
        if (expected.Length == 0)
            Assert.IsEmpty(found);
    }

    [TestMethod]
    public async Task A_command_of_the_application_runs_and_is_in_the_help_and_completion()
    {
        await using TestServer server = await TestServer.StartAsync(
            builder => builder.AddAdministration(options => options.AdminSocket = false).AddCommand<DanceCommand>());
        AdminCommandRunner runner = server.Services.GetRequiredService<AdminCommandRunner>();
        var shell = new AdminShell(new FakeAdminTerminal(), runner);

        CommandOutput output = await shell.RunAsync("dance waltz ada --json");
        Assert.AreEqual("0 ada", $"{output.Exit} {output.Data!.Value.GetProperty("dancer").GetString()}");
        Assert.AreEqual("ada dances in a server", (await runner.RunAsync("dance waltz ada")).Text);
        Assert.Contains("dance waltz NAME", (await runner.RunAsync("help")).Text);
        Assert.Contains("Dances a waltz", (await runner.RunAsync("help dance waltz")).Text);
        CollectionAssert.AreEqual((string[])["dance"], shell.Complete("dan").ToArray());
        Assert.Contains("waltz", shell.Complete("dance ").ToArray());
    }

    [TestMethod]
    public async Task A_command_of_the_application_may_replace_one_of_ServerLib()
    {
        await using TestServer server = await TestServer.StartAsync(
            builder => builder.AddAdministration(options => options.AdminSocket = false).AddCommand<OtherStatus>());

        Assert.AreEqual("la", (await server.Services.GetRequiredService<AdminCommandRunner>().RunAsync("status")).Text);
    }

    private AdminShell Shell(FakeAdminTerminal terminal) => new(terminal, (command, _) =>
    {
        _sent.Add(command);
        return Task.FromResult(new CommandOutput(0, "sent"));
    });

    private sealed class DanceCommand : AdminCommand
    {
        private readonly Argument<string> _name = new("NAME");

        public DanceCommand()
            : base("dance waltz", "Dances a waltz") => Arguments.Add(_name);

        public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
        {
            request.Data = new { dancer = request.Get(_name) };
            return Task.FromResult(request.Done($"{request.Get(_name)} dances in {(request.Service<IServerControl>() is null ? "nothing" : "a server")}"));
        }
    }

    private sealed class OtherStatus() : SongCommand("status", minWords: 0);
}
