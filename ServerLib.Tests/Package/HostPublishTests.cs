using System.Diagnostics;
using System.Net;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Package;

/// <summary>Publishes the program as a single file that needs no installed .NET, and runs it.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class HostPublishTests : IDisposable
{
    // Everything but the folder of the data is read-only, also the folders for temporary files.
    private const string ReadOnlyRoot =
        """
        mount --bind / "$0" && mount -o remount,bind,ro "$0" && mount --bind "$1" "$0$1" && mount --bind /dev "$0/dev" \
          && mount -t proc proc "$0/proc" && exec chroot "$0" "${@:2}"
        """;

    private readonly TempFolder _folder = new();
    private readonly CancellationToken _buildGuard = new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task A_published_program_hashes_with_libsodium_and_extracts_nothing()
    {
        string[] lockFiles = Directory.GetFiles(Repository.Root, "packages.lock.json", SearchOption.AllDirectories);
        string[] before = [.. lockFiles.Select(File.ReadAllText)];
        string output = _folder.File("serverlib");
        await DotnetCommand.RunAsync(
            Repository.Root, _buildGuard,
            "publish", "ServerLib.Host", "-p:PublishProfile=linux-x64", "--output", output, "--artifacts-path", _folder.File("artifacts"));

        CollectionAssert.AreEqual(before, lockFiles.Select(File.ReadAllText).ToArray(), "Publishing must not change the source tree.");
        string[] symbolsAndDocs = [".pdb", ".xml"];
        CollectionAssert.AreEquivalent(
            new[] { "ServerLib.Host", "libsodium.so" },
            Directory.GetFiles(output).Where(file => !symbolsAndDocs.Contains(Path.GetExtension(file))).Select(Path.GetFileName).ToArray());
        var start = new ProcessStartInfo(Path.Combine(output, "ServerLib.Host"), ["--port", "0", "--data", _folder.File("data")])
        {
            WorkingDirectory = _folder.Path,
        };
        foreach (string name in start.Environment.Keys.Where(key => key.StartsWith("DOTNET", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["DOTNET_BUNDLE_EXTRACT_BASE_DIR"] = "/dev/null/none";
        await using ProgramProcess server = ProgramProcess.Start(start);
        string line = await server.WaitForLineAsync("Listening on ", _buildGuard);

        using CompactClient client = await CompactClient.JoinAsync(IPEndPoint.Parse(line.Split("Listening on ")[1]), "ada", "correct horse battery");
        Assert.IsTrue(
            File.ReadLines($"/proc/{server.Id}/maps").Any(map => map.EndsWith($"{output}/libsodium.so", StringComparison.Ordinal)),
            server.Transcript);
        Assert.AreEqual(0, await server.StopAsync(_buildGuard), server.Transcript);
        if (await RunAsync("unshare", "--mount", "true") is { Exit: 0 })
            await RunOnReadOnlyRootAsync(Path.Combine(output, "ServerLib.Host"));
    }

    /// <summary>Hashes a password in a mount namespace of its own; the machine's mounts do not change.</summary>
    private async Task RunOnReadOnlyRootAsync(string program)
    {
        string root = Directory.CreateDirectory(_folder.File("root")).FullName;
        string data = Directory.CreateDirectory(_folder.File("writable")).FullName;
        (int exit, string output) = await RunAsync(
            "unshare", "--mount", "bash", "-c", ReadOnlyRoot, root, data, program, "user", "add", "bob", "--generate", "--data", $"{data}/data");

        Assert.AreEqual(0, exit, output);
        Assert.StartsWith("added bob, with the password ", output);
        Assert.DoesNotContain("libsodium", output);
    }

    private async Task<(int Exit, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(_buildGuard);
        string output = await process.StandardOutput.ReadToEndAsync(_buildGuard);
        await process.WaitForExitAsync(_buildGuard);
        return (process.ExitCode, output + await errors);
    }
}
