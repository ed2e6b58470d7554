using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace ServerLib.Tests.Docs;

/// <summary>
/// Runs commands of the documentation with bash, in a temporary folder. What a reader has and a test has not is replaced: the program, ports,
/// folders and the server to connect to.
/// </summary>
/// <param name="folder">The working directory and home.</param>
/// <param name="server">The server that clients connect to.</param>
/// <param name="serverData">That server's data folder.</param>
internal sealed class CommandShell(string folder, IPEndPoint server, string serverData)
{
    private const string FromSource = "dotnet run --project ServerLib.Host";

    // This run is the test, and the build.
    private static readonly string[] Done = ["dotnet test", "dotnet build"];

    /// <summary>Runs a command that must succeed.</summary>
    /// <returns><see langword="null"/>, or what went wrong.</returns>
    public async Task<string?> RunAsync(ConsoleCommand command, CancellationToken token)
    {
        if (Done.Contains(command.Line))
            return null;
        using Process process = Start(Adapt(command.Line));
        Task<string> output = process.StandardOutput.ReadToEndAsync(token);
        Task<string> error = process.StandardError.ReadToEndAsync(token);
        try
        {
            await TypeAsync(process, [.. command.Input, command.Line.Contains("connect", StringComparison.Ordinal) ? "/quit" : "shutdown"]);
            await process.WaitForExitAsync(token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        return process.ExitCode == 0 ? null : $"{command.Place}: {command.Line} ended with {process.ExitCode}\n{await output}\n{await error}";
    }

    private static async Task TypeAsync(Process process, IReadOnlyList<string> lines)
    {
        try
        {
            foreach (string line in lines)
                await process.StandardInput.WriteLineAsync(line);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading.
        }
    }

    private string Adapt(string command)
    {
        string line = command.Replace($"{FromSource} --", "serverlib", StringComparison.Ordinal)
            .Replace(FromSource, "serverlib", StringComparison.Ordinal);
        if (line.Contains("serverlib connect", StringComparison.Ordinal))
        {
            string options = line.Contains("--tls", StringComparison.Ordinal) ? $"{server} --accept-new" : $"{server}";
            return line.Replace(" chat.example.org:8080", "", StringComparison.Ordinal)
                .Replace("connect", $"connect {options}", StringComparison.Ordinal);
        }

        if (line.Contains("serverlib history", StringComparison.Ordinal))
            return line.Replace("/srv/chat", serverData, StringComparison.Ordinal);
        line = line.Replace("/srv/chat", "srv", StringComparison.Ordinal).Replace("/var/lib/serverlib", "var", StringComparison.Ordinal)
            .Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace(" 9000", " 0", StringComparison.Ordinal);
        bool isServer = !Regex.IsMatch(line, "serverlib [a-z]");
        bool hasPort = line.Contains(" 0", StringComparison.Ordinal) || line.Contains("--help", StringComparison.Ordinal);
        return line.Contains("serverlib", StringComparison.Ordinal) && isServer && !hasPort ? $"{line} --port 0" : line;
    }

    private Process Start(string line)
    {
        const string Program = "serverlib() { \"$DOTNET\" \"$HOST_DLL\" \"$@\"; }\n";
        var start = new ProcessStartInfo("bash", ["-c", Program + line])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = folder;
        start.Environment["DOTNET"] = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        start.Environment["HOST_DLL"] = Path.Combine(AppContext.BaseDirectory, "ServerLib.Host.dll");
        start.Environment["SERVERLIB_PASSWORD"] = "correct horse";
        start.Environment["SERVERLIB_PasswordHashing__MemorySize"] = "64";
        start.Environment["SERVERLIB_PasswordHashing__Iterations"] = "1";
        return Process.Start(start)!;
    }
}
