using System.ComponentModel;
using System.Diagnostics;
using System.Net;

namespace ServerLib.Tests.EndToEnd;

/// <summary>The host as a job of a shell in a real terminal.</summary>
[TestClass]
public sealed class JobControlTests
{
    /// <summary>Ctrl+Z.</summary>
    private const string Suspend = "\u001a";

    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow("")]
    [DataRow("stty tostop;")]
    public async Task The_host_serves_in_the_background_and_reads_commands_in_the_foreground(string setting)
    {
        using var data = new DataFolder();
        using Process shell = StartShell(data);
        string assembly = Path.Combine(AppContext.BaseDirectory, "ServerLib.Host.dll");
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        await TypeAsync(shell, $"{setting} '{dotnet}' '{assembly}' --port 0 --data '{data.Path}' &");
        string line = await SeeAsync(shell, "Listening on ");
        IPEndPoint server = IPEndPoint.Parse(line.Split("Listening on ")[1]);
        using ClassicClient client = await LogInAsync(server, "alice");

        await TypeAsync(shell, "jobs");
        StringAssert.Contains(await SeeAsync(shell, "[1]+"), "Running");
        await TypeAsync(shell, "fg");
        await TypeAsync(shell, "status");
        StringAssert.Contains(await SeeAsync(shell, "listening on "), "connections: 1");

        await TypeAsync(shell, Suspend);
        await SeeAsync(shell, "Stopped");
        await TypeAsync(shell, "bg");
        using ClassicClient later = await LogInAsync(server, "bob");
        await TypeAsync(shell, "fg");
        await TypeAsync(shell, "status");
        StringAssert.Contains(await SeeAsync(shell, "listening on "), "connections: 2");
        await TypeAsync(shell, "shutdown");
        await SeeAsync(shell, "EXIT");
        await TypeAsync(shell, "exit");
        await shell.WaitForExitAsync(_guard);
    }

    [TestMethod]
    public async Task A_host_of_a_terminal_stops_on_the_hang_up_signal()
    {
        using var data = new DataFolder();
        using Process shell = StartShell(data);
        string assembly = Path.Combine(AppContext.BaseDirectory, "ServerLib.Host.dll");
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        await TypeAsync(shell, $"'{dotnet}' '{assembly}' --port 0 --data '{data.Path}' < /dev/null &");
        await SeeAsync(shell, "'shutdown' or Ctrl+C");
        await TypeAsync(shell, "kill -HUP %1");
        await SeeAsync(shell, "EXIT");
        await TypeAsync(shell, "exit");
        await shell.WaitForExitAsync(_guard);
    }

    /// <summary>Starts a shell with job control in a pseudo-terminal.</summary>
    private static Process StartShell(DataFolder data)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("The options of 'script' differ here.");
        try
        {
            return Process.Start(new ProcessStartInfo("script", ["--quiet", "--flush", "--command", "bash --norc -i", "/dev/null"])
            {
                WorkingDirectory = data.Root,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
        }
        catch (Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Inconclusive("There is no program 'script' here.");
            throw;
        }
    }

    private async Task<ClassicClient> LogInAsync(IPEndPoint server, string name)
    {
        ClassicClient client = await ClassicClient.ConnectAsync(server, _guard);
        Assert.AreEqual("OK", await client.LoginAsync(name, $"secret of {name}", _guard));
        return client;
    }

    private static async Task TypeAsync(Process shell, string line)
    {
        await shell.StandardInput.WriteAsync($"{line}\n");
        await shell.StandardInput.FlushAsync();
    }

    /// <summary>The next line with a text. The terminal also repeats what was typed.</summary>
    private async Task<string> SeeAsync(Process shell, string text)
    {
        while (await shell.StandardOutput.ReadLineAsync(_guard) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }

        throw new EndOfStreamException($"The shell ended without '{text}'.");
    }
}
