using System.Diagnostics;
using ServerLib.Cli;

namespace ServerLib.Tests.Cli;

/// <summary>The limit of open files at the start.</summary>
[TestClass]
public sealed class OpenFileLimitTests
{
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task A_limit_that_is_too_low_is_named_at_the_start()
    {
        string assembly = Path.Combine(AppContext.BaseDirectory, "ServerLib.Host.dll");
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        using var host = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"ulimit -n 64; exec '{dotnet}' '{assembly}' --port 0"])
        {
            RedirectStandardError = true,
        })!;
        string error = await host.StandardError.ReadToEndAsync(Guard.NewToken());
        await host.WaitForExitAsync(Guard.NewToken());

        Assert.AreEqual(1, host.ExitCode);
        StringAssert.StartsWith(error, "This process may open 64 files, and serverlib needs 256 or more");
        Assert.Contains("LimitNOFILE", error);
    }

    [TestMethod]
    public void A_limit_that_is_high_enough_or_unknown_is_no_problem()
    {
        Assert.IsNull(OpenFileLimit.FindProblem(256));
        Assert.IsNull(OpenFileLimit.FindProblem(null));
    }
}
