using System.Diagnostics;
using System.Net;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Package;

/// <summary>Publishes the program as a single file that needs no installed .NET, and runs it.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class HostPublishTests : IDisposable
{
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
    }
}
