using System.ComponentModel;
using System.Diagnostics;
using ServerLib.Tests.Cli;

namespace ServerLib.Tests.EndToEnd;

/// <summary>The host in a real terminal.</summary>
[TestClass]
public sealed class TerminalTests : IDisposable
{
    private const string ControlC = "\u0003";
    private const string ControlD = "\u0004";

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly Transcript _screen = new();

    [TestMethod]
    public async Task The_console_edits_completes_and_watches_and_Control_C_stops_the_server()
    {
        using var data = new DataFolder();
        using Process server = StartServer(data, "xterm");
        Task reading = ReadAsync(server);
        await _screen.SeeAsync("serverlib> ");
        await TypeAsync(server, "stxx\b\bat\t\r");
        await _screen.SeeAsync("listening on 127.0.0.1");
        await TypeAsync(server, "watch\r");
        await _screen.SeeAsync("q quits");
        await TypeAsync(server, "q");
        await _screen.SeeAsync("\u001b[?25h\u001b[?1049l");
        await TypeAsync(server, ControlD);
        await _screen.SeeAsync("This console is closed");
        await TypeAsync(server, ControlC);
        await _screen.SeeAsync("EXIT");

        await server.WaitForExitAsync(_guard);
        await reading;
        Assert.AreEqual(0, server.ExitCode);
    }

    [TestMethod]
    public async Task A_dumb_terminal_gets_plain_lines()
    {
        using var data = new DataFolder();
        using Process server = StartServer(data, "dumb");
        Task reading = ReadAsync(server);
        await _screen.SeeAsync("Ctrl+C stops the server.");
        await TypeAsync(server, "users\n");
        await _screen.SeeAsync("nobody is connected");
        await TypeAsync(server, "shutdown\n");
        await server.WaitForExitAsync(_guard);
        await reading;

        Assert.DoesNotContain("\u001b[K", $"{_screen}");
    }

    public void Dispose() => _screen.Dispose();

    private static Process StartServer(DataFolder data, string terminal)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("The options of 'script' differ here.");
        string assembly = Path.Combine(AppContext.BaseDirectory, "ServerLib.Host.dll");
        string command = $"'{ProgramProcess.Dotnet}' '{assembly}' --port 0 --data '{data.Path}'";
        try
        {
            return Process.Start(new ProcessStartInfo("script", ["--quiet", "--flush", "--return", "--command", command, "/dev/null"])
            {
                WorkingDirectory = data.Root,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                Environment = { ["TERM"] = terminal },
            })!;
        }
        catch (Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Inconclusive("There is no program 'script' here.");
            throw;
        }
    }

    private static async Task TypeAsync(Process process, string keys)
    {
        await process.StandardInput.WriteAsync(keys);
        await process.StandardInput.FlushAsync();
    }

    private async Task ReadAsync(Process process)
    {
        char[] buffer = new char[4096];
        int count;
        while ((count = await process.StandardOutput.ReadAsync(buffer, _guard)) > 0)
            _screen.Write(new string(buffer, 0, count));
    }
}
