using System.Net;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Cli.Terminals;

/// <summary>The host as a job of a shell in a real terminal.</summary>
[TestClass]
public sealed class JobControlTests : IDisposable
{
    /// <summary>Ctrl+Z.</summary>
    private const string Suspend = "\u001a";

    private readonly CancellationToken _guard = Guard.ForPrograms();
    private readonly DataFolder _data = new();

    /// <summary>The command that starts the host.</summary>
    private string Host => string.Join(' ', [.. TerminalProcess.Program.Select(word => $"'{word}'"), "--port 0 --data", $"'{_data.Path}'"]);

    public void Dispose() => _data.Dispose();

    [TestMethod]
    [DataRow("")]
    [DataRow("stty tostop;")]
    public async Task The_host_serves_in_the_background_and_reads_commands_in_the_foreground(string setting)
    {
        await using TerminalProcess shell = StartShell();
        await shell.TypeAsync($"{setting} {Host} &\n");
        string line = await shell.SeeLineAsync("Listening on ", _guard);
        IPEndPoint server = IPEndPoint.Parse(line.Split(' ')[^1]);
        using ClassicClient client = await LogInAsync(server, "alice");

        await shell.TypeAsync("jobs\n");
        StringAssert.Contains(await shell.SeeLineAsync("[1]+", _guard), "Running");
        await shell.TypeAsync("fg\n");
        await shell.TypeAsync("status\n");
        StringAssert.Contains(await shell.SeeLineAsync("listening on ", _guard), "connections: 1");

        await shell.TypeAsync(Suspend);
        await shell.SeeAsync("Stopped", _guard);
        await shell.TypeAsync("bg\n");
        using ClassicClient later = await LogInAsync(server, "bob");
        await shell.TypeAsync("fg\n");
        await shell.TypeAsync("status\n");
        StringAssert.Contains(await shell.SeeLineAsync("listening on ", _guard), "connections: 2");
        await shell.TypeAsync("shutdown\n");
        await shell.SeeAsync("EXIT", _guard);
        await shell.TypeAsync("exit\n");
        await shell.WaitForExitAsync(_guard);
    }

    [TestMethod]
    public async Task A_host_of_a_terminal_stops_on_the_hang_up_signal()
    {
        await using TerminalProcess shell = StartShell();
        await shell.TypeAsync($"{Host} < /dev/null &\n");
        await shell.SeeAsync("'shutdown' or Ctrl+C", _guard);
        await shell.TypeAsync("kill -HUP %1\n");
        await shell.SeeAsync("EXIT", _guard);
        await shell.TypeAsync("exit\n");
        await shell.WaitForExitAsync(_guard);
    }

    private TerminalProcess StartShell() => TerminalProcess.StartCommand(_data.Root, ["bash", "--norc", "-i"]);

    private async Task<ClassicClient> LogInAsync(IPEndPoint server, string name)
    {
        ClassicClient client = await ClassicClient.ConnectAsync(server, _guard);
        Assert.AreEqual("OK", await client.LoginAsync(name, $"secret of {name}", _guard));
        return client;
    }
}
