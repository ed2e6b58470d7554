using System.Diagnostics;
using ServerLib.Tests.Cli.Chat;

namespace ServerLib.Tests.Package;

/// <summary>Runs the .NET command line without the environment of the test run.</summary>
internal static class DotnetCommand
{
    private static readonly string[] OfTheTestRun = ["MSBUILD", "VSTEST", "TESTINGPLATFORM", "COREHOST", "DOTNET_HOST_PATH", "NUGET_PACKAGES"];
    private static readonly string[] Exactly = ["Configuration", "Platform", "TargetFramework", "Version", "RestoreLockedMode"];

    /// <summary>Runs a command that must succeed.</summary>
    /// <returns>Its standard output.</returns>
    public static async Task<string> RunAsync(string workingDirectory, CancellationToken token, params string[] arguments)
    {
        using Process process = Start(workingDirectory, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(token);
        Task<string> error = process.StandardError.ReadToEndAsync(token);
        try
        {
            await process.WaitForExitAsync(token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        Assert.AreEqual(0, process.ExitCode, $"dotnet {string.Join(' ', arguments)}\n{await output}\n{await error}");
        return await output;
    }

    private static Process Start(string workingDirectory, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string name in start.Environment.Keys.Where(IsOfTheTestRun).ToArray())
            start.Environment.Remove(name);

        // A build node or compiler server that outlives the command would keep the pipes open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    private static bool IsOfTheTestRun(string name) =>
        OfTheTestRun.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        || Exactly.Contains(name, StringComparer.OrdinalIgnoreCase);
}
