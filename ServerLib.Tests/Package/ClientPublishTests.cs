using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Tests.Clients;

namespace ServerLib.Tests.Package;

/// <summary>Publishes a console client trimmed and as native code, and runs it against a server.</summary>
[TestClass]
public sealed class ClientPublishTests
{
    private const string Name = "ClientConsumer";

    private static readonly TempFolder Folder = new();
    private static readonly PublishedProject Project = new(Name, Folder.Path, "ServerLib.Client");

    // Compiling to native code takes long on a busy machine.
    private readonly CancellationToken _buildGuard = new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    [ClassInitialize]
    public static void WriteProject(TestContext context) => Project.Write(("InvariantGlobalization", "true"), ("TreatWarningsAsErrors", "true"));

    [ClassCleanup]
    public static void RemoveFolder() => Folder.Dispose();

    [TestMethod]
    public async Task A_trimmed_client_works_and_contains_no_other_library_than_for_logging()
    {
        (string output, _) = await Project.PublishAsync(PublishedProject.Trimmed, _buildGuard);

        await AssertWorksAsync(output);
        string file = Path.Combine(output, $"{Name}.deps.json");
        JsonObject dependencies = JsonNode.Parse(await File.ReadAllTextAsync(file, _buildGuard))!["libraries"]!.AsObject();
        CollectionAssert.AreEquivalent(
            new[] { Name, "ServerLib.Client", "ServerLib.Protocol", "Microsoft.Extensions.Logging.Abstractions" },
            dependencies.Where(library => (string?)library.Value!["type"] != "runtimepack").Select(library => library.Key.Split('/')[0]).ToArray());
    }

    [TestMethod]
    public async Task A_native_client_works_and_is_a_single_file()
    {
        (string output, _) = await Project.PublishAsync(PublishedProject.Native, _buildGuard);

        await AssertWorksAsync(output);
        string[] symbolsAndDocs = [".pdb", ".dbg", ".dwarf", ".xml"];
        CollectionAssert.AreEqual(
            new[] { Name },
            Directory.GetFiles(output)
                .Where(file => !symbolsAndDocs.Contains(Path.GetExtension(file))).Select(Path.GetFileNameWithoutExtension).ToArray());
    }

    private static void AddCalls(IServerLibBuilder builder)
    {
        builder.Configure(options => options.Limits.MaxConcurrentCalls = 2);
        builder.MapCall("twice-length", async (string text, Connection from) => 2 * await from.CallAsync<int>("length", text));
        builder.MapEvent("echo", (string text, Connection from) =>
        {
            from.TrySendEvent("echoed", text);
        });
    }

    private static async Task AssertWorksAsync(string output)
    {
        await using RunningServer server = await RunningServer.StartAsync(services: Handled.By<Echo>, build: AddCalls);
        using Process process = Process.Start(new ProcessStartInfo(Project.ProgramIn(output), [$"{server.EndPoint.Port}", server.Certificate.Fingerprint])
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
            Assert.AreEqual(
                "ada logged in.\nEcho: hello\nIn chess: ada\nSaved keys: 1\nTwice: 10\nEvent: an event\nada logged in by key.\nbob logged in with the classic protocol.\n",
                lines.ReplaceLineEndings("\n"));
            await process.WaitForExitAsync(guard);
        }
        finally
        {
            process.Kill();
        }
    }
}
