using System.Diagnostics;
using System.Net;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Cli.Terminals;

/// <summary>The real program as the user <c>nobody</c>.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class UnprivilegedTests : IDisposable
{
    private readonly CancellationToken _guard = Guard.ForPrograms();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task A_server_of_nobody_keeps_its_files_to_itself()
    {
        string program = await PrepareAsync();
        await using TerminalProcess server = TerminalProcess.StartCommand(
            _folder.Path,
            ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", ProgramProcess.Dotnet, program,
                "--port", "0", "--data", _folder.File("home/data"), .. HostProcess.Cheap]);
        string endPoint = (await server.SeeLineAsync("Listening on ", _guard)).Split(' ')[^1];
        using (CompactClient ada = await CompactClient.JoinAsync(IPEndPoint.Parse(endPoint), "ada"))
            await server.TypeAsync("shutdown\n");

        Assert.AreEqual(0, await server.WaitForExitAsync(_guard), server.Screen);
        Assert.AreEqual("nobody 700", await RunAsync("stat", "--format=%U %a", _folder.File("home/data")));
        Assert.AreEqual("nobody 600", await RunAsync("stat", "--format=%U %a", _folder.File("home/data/users.db")));
    }

    [TestMethod]
    public async Task Root_may_use_the_admin_socket_of_another_user()
    {
        string program = await PrepareAsync();
        await using ProgramProcess server = ProgramProcess.Start(
            AsNobody(program, ["--port", "0", "--data", _folder.File("home/data"), .. HostProcess.Cheap]));
        await server.WaitForLineAsync("Listening on ", _guard);
        await server.WaitForLineAsync("Ctrl+C", _guard);

        await using ProgramProcess status = ProgramProcess.Start(program, _folder.Path, "status", "--data", _folder.File("home/data"));
        Assert.AreEqual(0, await status.WaitForExitAsync(_guard), status.Transcript);
        Assert.Contains("listening on ", status.Transcript);
        Assert.AreEqual(0, await server.StopAsync(_guard), server.Transcript);
    }

    [TestMethod]
    public async Task Another_user_may_not_use_the_admin_socket_and_is_told_why()
    {
        string program = await PrepareAsync();
        using var data = new DataFolder();
        await using ProgramProcess server = await HostProcess.StartAsync(data, _guard);
        await server.WaitForLineAsync("Ctrl+C", _guard);
        await RunAsync("chmod", "755", data.Root);

        await AssertRefusedAsync("is denied", "status");
        await AssertRefusedAsync("is denied", "user", "list");
        await RunAsync("chmod", "755", data.Path);
        await AssertRefusedAsync("Permission denied", "status");
        await RunAsync("chmod", "666", data.File("admin.sock"));
        await AssertRefusedAsync("belongs to another user", "status");
        await server.WaitForErrorAsync("its user is neither the owner of the server nor root", _guard);

        async Task AssertRefusedAsync(string reason, params string[] command)
        {
            await using ProgramProcess refused = ProgramProcess.Start(AsNobody(program, [.. command, "--data", data.Path]));
            Assert.AreEqual(1, await refused.WaitForExitAsync(_guard), refused.Transcript);
            Assert.Contains(reason, refused.Transcript);
        }
    }

    private ProcessStartInfo AsNobody(string program, params string[] arguments) =>
        new("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", ProgramProcess.Dotnet, program, .. arguments]) { WorkingDirectory = _folder.Path };

    /// <summary>Gives nobody a home, and a program that it can read.</summary>
    private async Task<string> PrepareAsync()
    {
        if (Environment.UserName != "root")
            Assert.Inconclusive("Only root can start a program as another user.");
        string program = _folder.File("program");
        await RunAsync("cp", "--recursive", AppContext.BaseDirectory, program);
        Directory.CreateDirectory(_folder.File("home"));
        await RunAsync("chown", "nobody", _folder.File("home"));
        await RunAsync("chmod", "-R", "a+rX", _folder.Path);
        return Path.Combine(program, "ServerLib.Host.dll");
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync(_guard);
        await process.WaitForExitAsync(_guard);
        Assert.AreEqual(0, process.ExitCode, output);
        return output.Trim();
    }
}
