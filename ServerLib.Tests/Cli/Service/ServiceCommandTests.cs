using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ServerLib.Tests.Cli.Service;

/// <summary>The command <c>service</c>, and its unit file.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class ServiceCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CancellationToken _guard = Guard.NewToken();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task The_unit_file_is_printed_with_the_path_of_the_program()
    {
        HostRun run = await HostRun.ToEndAsync(_folder, ["service", "install", "--print"]);

        Assert.AreEqual(0, await run.Ended);
        string line = run.Out.Lines.Single(l => l.StartsWith("ExecStart=", StringComparison.Ordinal));
        StringAssert.EndsWith(line, " --data /var/lib/serverlib");
        Assert.IsFalse(line.Contains("/usr/local/bin", StringComparison.Ordinal));
        Assert.Contains("Type=notify", run.Out.Lines);
    }

    [TestMethod]
    public async Task The_service_is_installed_into_another_root_and_removed()
    {
        string unit = _folder.File("etc/systemd/system/serverlib.service");
        HostRun install = await HostRun.ToEndAsync(_folder, ["service", "install", "--root", _folder.Path]);
        Assert.AreEqual(0, await install.Ended, install.Error.ToString());
        StringAssert.Contains(await File.ReadAllTextAsync(unit, _guard), "WatchdogSec=");
        StringAssert.StartsWith(await File.ReadAllTextAsync(_folder.File("etc/sysusers.d/serverlib.conf"), _guard), "u serverlib ");

        if (HasSysusers)
            StringAssert.Contains(await File.ReadAllTextAsync(_folder.File("etc/passwd"), _guard), "serverlib:x:");

        HostRun uninstall = await HostRun.ToEndAsync(_folder, ["service", "uninstall", "--root", _folder.Path]);
        Assert.AreEqual(0, await uninstall.Ended, uninstall.Error.ToString());
        Assert.IsFalse(File.Exists(unit));
        HostRun again = await HostRun.ToEndAsync(_folder, ["service", "uninstall", "--root", _folder.Path]);
        Assert.AreEqual(3, await again.Ended);
    }

    [TestMethod]
    public async Task The_exposure_of_the_service_is_below_2()
    {
        string unit = _folder.File("serverlib.service");
        File.Copy(Repository.File("ServerLib.Host", "Service", "serverlib.service"), unit);
        string report = await AnalyzeAsync("security", "--offline=true", "--no-pager", unit);

        Match match = Regex.Match(report, @"Overall exposure level for serverlib\.service: ([0-9.]+)");
        Assert.IsTrue(match.Success, report);
        Assert.IsLessThan(2.0, double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), report);
    }

    private static bool HasSysusers => Environment.IsPrivilegedProcess
        && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "systemd-sysusers")));

    private async Task<string> AnalyzeAsync(params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("systemd-analyze", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            Task<string> error = process.StandardError.ReadToEndAsync(_guard);
            string output = await process.StandardOutput.ReadToEndAsync(_guard);
            await process.WaitForExitAsync(_guard);
            return output + await error;
        }
        catch (Win32Exception)
        {
            Assert.Inconclusive("There is no program 'systemd-analyze' here.");
            throw;
        }
    }
}
