using System.Diagnostics;
using System.Runtime.Versioning;

namespace ServerLib.Tests.Cli;

/// <summary>Something else where a file belongs: a pipe, which nobody writes into, would hold up the start for ever.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
[UnsupportedOSPlatform("windows")]
public sealed class NoFileTests : IDisposable
{
    private readonly TempFolder _home = new();

    public void Dispose() => _home.Dispose();

    [TestMethod]
    [DataRow("config.json", "a pipe", 2, "--config", "data/config.json")]
    [DataRow("config.json", "a device", 2, "--config", "data/config.json")]
    [DataRow("denied.txt", "a pipe", 2, "--ServerLib:Passwords:DeniedFile", "denied.txt")]
    [DataRow("denied.txt", "a device", 2, "--ServerLib:Passwords:DeniedFile", "denied.txt")]
    [DataRow("site.pem", "a pipe", 2, "--ServerLib:Tls:CertificateFile", "site.pem")]
    [DataRow("site.pem", "a device", 2, "--ServerLib:Tls:CertificateFile", "site.pem")]
    [DataRow("server-certificate.pem", "a pipe", 1)]
    [DataRow("server-certificate.pem", "a folder", 1)]
    [DataRow("server-key.pem", "a pipe", 1)]
    [DataRow("server-key.pem", "a folder", 1)]
    [DataRow("users.db", "a pipe", 1)]
    [DataRow("users.db", "a folder", 1)]
    [DataRow("users.db", "a device", 1)]
    [DataRow("users-log.db", "a pipe", 1)]
    [DataRow("database.lock", "a pipe", 1)]
    [DataRow("history.lock", "a pipe", 1)]
    public async Task It_is_refused_by_name_at_the_start(string file, string what, int exitCode, params string[] arguments)
    {
        string path = await PutAsync(file, what);
        await using HostRun run = await HostRun.ToEndAsync(_home, ["--port", "0", "--data", "data", .. arguments]);

        Assert.AreEqual(exitCode, await run.Ended, run.Error.ToString());
        Assert.Contains($"{path} is {what}, not a file.", run.Error.ToString());
    }

    [TestMethod]
    [DataRow("guesses.json", "a pipe")]
    [DataRow("guesses.json", "a folder")]
    [DataRow("ticket-keys.json", "a pipe")]
    [DataRow("ticket-keys.json", "a folder")]
    [DataRow("history.db", "a pipe")]
    [DataRow("history.db", "a folder")]
    [DataRow("history-log.db", "a pipe")]
    [DataRow("activity.log", "a pipe")]
    [DataRow("activity.log", "a folder")]
    public async Task What_is_no_reason_not_to_start_is_warned_of(string file, string what)
    {
        string path = await PutAsync(file, what);
        await using HostRun run = HostRun.Start(_home, ["--port", "0", "--data", "data"]);
        await run.EndPointAsync();

        await run.Error.SeeAsync($"{path} is {what}, not a file.");
        Assert.AreEqual(0, await run.StopAsync());
    }

    [TestMethod]
    public async Task An_audit_target_that_is_no_file_is_refused()
    {
        using (Process made = Process.Start("mkfifo", [_home.File("database_audit.txt")]))
            await made.WaitForExitAsync(Guard.NewToken());
        await using HostRun run = await HostRun.ToEndAsync(_home, ["--port", "0", "--data", "data"], "audit\nshutdown\n");

        Assert.AreEqual(1, await run.Ended);
        Assert.Contains($"{_home.File("database_audit.txt")} is a pipe, not a file.", run.Out.ToString() + run.Error);
    }

    [TestMethod]
    public async Task The_history_on_the_files_is_refused_too()
    {
        string path = await PutAsync("history.db", "a pipe");
        await using HostRun run = await HostRun.ToEndAsync(_home, ["history", "--data", "data"]);

        Assert.AreEqual(1, await run.Ended);
        Assert.Contains($"{path} is a pipe, not a file.", run.Error.ToString());
    }

    [TestMethod]
    public async Task Links_to_files_go_on_working()
    {
        Directory.CreateDirectory(_home.File("data"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(_home.File("elsewhere"));
        await File.WriteAllTextAsync(_home.File("data/denied.txt"), "correct horse\n", Guard.NewToken());
        await File.WriteAllTextAsync(
            _home.File("config.json"),
            """{ "ServerLib": { "Port": 0, "DataDirectory": "data", "Passwords": { "DeniedFile": "denied.txt" } } }""",
            Guard.NewToken());
        foreach (string command in (string[])["user add ada --generate", "user list", "history"])
        {
            foreach (string file in (string[])[_home.File("config.json"), .. Directory.GetFiles(_home.File("data"))])
            {
                if (File.ResolveLinkTarget(file, returnFinalTarget: true) is not null)
                    continue;
                string target = _home.File($"elsewhere/{Path.GetFileName(file)}");
                File.Move(file, target, overwrite: true);
                File.CreateSymbolicLink(file, target);
            }

            await using HostRun run = await HostRun.ToEndAsync(_home, ["--config", "config.json"], $"{command}\nshutdown\n");
            Assert.AreEqual("", run.Error.ToString());
            Assert.AreEqual(0, await run.Ended);
            Assert.Contains("ada", run.Out.ToString());
        }

        await using HostRun history = await HostRun.ToEndAsync(_home, ["history", "verify", "--data", "data"]);
        Assert.AreEqual(0, await history.Ended, history.Error.ToString());
    }

    private async Task<string> PutAsync(string file, string what)
    {
        string path = Path.Combine(Directory.CreateDirectory(_home.File("data")).FullName, file);
        switch (what)
        {
            case "a folder":
                Directory.CreateDirectory(path);
                break;
            case "a device":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            default:
                using (Process made = Process.Start("mkfifo", [path]))
                    await made.WaitForExitAsync(Guard.NewToken());
                break;
        }

        return path;
    }
}
