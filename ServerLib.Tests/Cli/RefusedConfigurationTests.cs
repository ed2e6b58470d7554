using System.Diagnostics;

namespace ServerLib.Tests.Cli;

/// <summary>What the audit trail records of a configuration with which the server does not start.</summary>
[TestClass]
public sealed class RefusedConfigurationTests : IDisposable
{
    private readonly TempFolder _home = new();

    [TestMethod]
    public async Task A_refused_configuration_is_recorded_only_in_an_existing_audit_trail()
    {
        await using HostRun nowhere = await HostRun.ToEndAsync(_home, ["--ServerLib:Login:MaxAttempts", "0"]);
        Assert.AreEqual(2, await nowhere.Ended);
        Assert.IsEmpty(Directory.GetFileSystemEntries(_home.Path));

        Directory.CreateDirectory(_home.File("data"));
        await using HostRun empty = await HostRun.ToEndAsync(_home, ["--data", "data", "--ServerLib:Login:MaxAttempts", "0"]);
        Assert.AreEqual(2, await empty.Ended);
        Assert.IsEmpty(Directory.GetFileSystemEntries(_home.File("data")));

        await new AuditTrail(_home.File("data")).DisposeAsync();
        await using HostRun refused = await HostRun.ToEndAsync(_home, ["--data", "data", "--ServerLib:Login:MaxAttempts", "0"]);
        Assert.AreEqual(2, await refused.Ended);
        await using HostRun unknown = await HostRun.ToEndAsync(_home, ["--data", "data", "--ServerLib:MaxLoginAttemps", "1"]);
        Assert.AreEqual(2, await unknown.Ended);
        await using HostRun history = await HostRun.ToEndAsync(_home, ["history", "--data", "data", "--event", "ConfigurationRefused"]);
        Assert.HasCount(3, history.Out.Lines);
        Assert.Contains("Login:MaxAttempts: '0' is not allowed", history.Out.Lines[1]);
        Assert.Contains("MaxLoginAttemps", history.Out.Lines[2]);
    }

    [TestMethod]
    public async Task A_refused_configuration_does_not_change_the_folder_of_another_user()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            Assert.Inconclusive("Only root can write into another's folder.");
        await new AuditTrail(_home.File("data")).DisposeAsync();
        File.Delete(_home.File("data/history.lock"));
        using (Process? change = Process.Start("chown", ["-R", "65534", _home.File("data")]))
            await change!.WaitForExitAsync(Guard.NewToken());
        string[] before = Directory.GetFiles(_home.File("data"));

        await using HostRun refused = await HostRun.ToEndAsync(_home, ["--data", "data", "--ServerLib:Login:MaxAttempts", "0"]);
        Assert.AreEqual(2, await refused.Ended);
        CollectionAssert.AreEquivalent(before, Directory.GetFiles(_home.File("data")));
        await using HostRun history = await HostRun.ToEndAsync(_home, ["history", "--data", "data", "--event", "ConfigurationRefused"]);
        Assert.Contains("no entry matches", history.Out.ToString());
    }

    [TestMethod]
    [DataRow("Tls:CertificateFile", "none.pem", "none.pem'")]
    [DataRow("Tls:CertificateFile", ".", " is a folder")]
    [DataRow("Passwords:DeniedFile", "none.txt", "none.txt'")]
    [DataRow("Passwords:DeniedFile", ".", " is a folder")]
    public async Task An_unusable_file_in_the_configuration_exits_with_2_and_is_recorded(string option, string file, string why)
    {
        Directory.CreateDirectory(_home.File("serverlib-data"));
        await using HostRun refused = await HostRun.ToEndAsync(_home, ["--port", "0", $"--ServerLib:{option}", file]);
        Assert.AreEqual(2, await refused.Ended);
        Assert.Contains(why, refused.Error.ToString());
        await using HostRun history = await HostRun.ToEndAsync(_home, ["history", "--event", "ConfigurationRefused"]);
        Assert.Contains(why, history.Out.Lines[^1]);
    }

    public void Dispose() => _home.Dispose();
}
