using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Docs;

[TestClass]
public sealed class ConsoleBlockTests
{
    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "The commands are run by bash.")]
    public async Task Every_command_in_a_console_block_succeeds()
    {
        CancellationToken token = Guard.NewToken();
        using var data = new DataFolder();
        using var folder = new TempFolder();
        string json = MarkdownPage.All.Single(page => page.Path == "docs/configuration.md").Blocks("json").Single().Code;
        await File.WriteAllTextAsync(folder.File("chat.json"), json.Replace("9000", "0", StringComparison.Ordinal), token);
        await using ProgramProcess server = await HostProcess.StartAsync(data, token);
        var shell = new CommandShell(folder.Path, server.EndPoint, data.Path);

        List<string> failures = [];
        IEnumerable<ConsoleCommand> commands = MarkdownPage.All.SelectMany(page => page.Blocks("console")).SelectMany(ConsoleCommand.Parse)
            .DistinctBy(command => $"{command.Line}\n{string.Join('\n', command.Input)}");
        foreach (ConsoleCommand command in commands)
        {
            if (await shell.RunAsync(command, Guard.NewToken()) is { } failure)
                failures.Add(failure);
        }

        Assert.AreEqual("", string.Join('\n', failures));
    }
}
