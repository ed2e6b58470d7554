using System.Diagnostics;

namespace ServerLib.Tests.EndToEnd;

[TestClass]
public sealed class GlobalizationModeTests
{
    [TestMethod]
    public async Task A_server_in_invariant_globalization_mode_does_not_start_and_says_why()
    {
        using var folder = new TempFolder();
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "ServerLib.Host.dll"), "--port", "0", "--data", folder.File("data")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" },
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(Guard.NewToken());
        string error = await process.StandardError.ReadToEndAsync(Guard.NewToken());
        await process.WaitForExitAsync(Guard.NewToken());

        StringAssert.Contains(error + await output, "invariant globalization mode");
        Assert.AreEqual(2, process.ExitCode);
        Assert.IsFalse(File.Exists(folder.File("data/users.db")));
    }
}
