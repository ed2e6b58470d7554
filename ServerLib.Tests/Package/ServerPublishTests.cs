using System.Diagnostics;

namespace ServerLib.Tests.Package;

/// <summary>Publishes a program with a server and a client trimmed and as native code, and runs it.</summary>
[TestClass]
public sealed class ServerPublishTests
{
    private static readonly TempFolder Folder = new();
    private static readonly PublishedProject Project = new("ServerConsumer", Folder.Path, "ServerLib", "ServerLib.Client");

    // Compiling to native code takes long on a busy machine.
    private readonly CancellationToken _buildGuard = new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    [ClassInitialize]
    public static void WriteProject(TestContext context) => Project.Write();

    [ClassCleanup]
    public static void RemoveFolder() => Folder.Dispose();

    [TestMethod]
    [DataRow(PublishedProject.Trimmed)]
    [DataRow(PublishedProject.Native)]
    public async Task A_published_server_with_typed_calls_and_events_works(string mode)
    {
        (string folder, string output) = await Project.PublishAsync(mode, _buildGuard);

        // The server creates documents without LiteDB's mapper, which is what these warnings are about.
        string[] warnings = [.. output.Split('\n').Where(line => line.Contains(": warning ") && !line.Contains("LiteDB.")).Distinct()];
        Assert.IsEmpty(warnings, string.Join('\n', warnings));
        await AssertWorksAsync(folder, mode);
    }

    private static async Task AssertWorksAsync(string folder, string mode)
    {
        using Process process = Process.Start(new ProcessStartInfo(Project.ProgramIn(folder), [Folder.File($"{mode}-data")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        CancellationToken guard = Guard.NewToken();
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(guard);
            string lines = await process.StandardOutput.ReadToEndAsync(guard);
            Assert.AreEqual("", await error);
            Assert.AreEqual("Sum: 3\nTwice: 40\nTold: 7\nName: ada\n", lines.ReplaceLineEndings("\n"));
            await process.WaitForExitAsync(guard);
        }
        finally
        {
            process.Kill();
        }
    }
}
