using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerLib.Tests.Clients;

namespace ServerLib.Tests.Package;

/// <summary>Publishes a console client trimmed and as native code, and runs it against a server.</summary>
[TestClass]
public sealed class ClientPublishTests
{
    private static readonly TempFolder Folder = new();

    // Compiling to native code takes long on a busy machine.
    private readonly CancellationToken _buildGuard = new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    private static string Project => Folder.File("project");

    [ClassInitialize]
    public static void WriteProject(TestContext context) => ClientConsumerProject.Write(Project);

    [ClassCleanup]
    public static void RemoveFolder() => Folder.Dispose();

    [TestMethod]
    public async Task A_trimmed_client_works_and_contains_no_other_library_than_for_logging()
    {
        string output = await PublishAsync("PublishTrimmed");

        await AssertWorksAsync(output);
        string file = Path.Combine(output, $"{ClientConsumerProject.Name}.deps.json");
        JsonObject dependencies = JsonNode.Parse(await File.ReadAllTextAsync(file, _buildGuard))!["libraries"]!.AsObject();
        CollectionAssert.AreEquivalent(
            new[] { ClientConsumerProject.Name, "ServerLib.Client", "ServerLib.Protocol", "Microsoft.Extensions.Logging.Abstractions" },
            dependencies.Where(library => (string?)library.Value!["type"] != "runtimepack").Select(library => library.Key.Split('/')[0]).ToArray());
    }

    [TestMethod]
    public async Task A_native_client_works_and_is_a_single_file()
    {
        string[] options = NativeCompilerOptions();
        string output = await PublishAsync("PublishAot", options);

        await AssertWorksAsync(output);
        string[] symbolsAndDocs = [".pdb", ".dbg", ".dwarf", ".xml"];
        CollectionAssert.AreEqual(
            new[] { ClientConsumerProject.Name },
            Directory.GetFiles(output)
                .Where(file => !symbolsAndDocs.Contains(Path.GetExtension(file))).Select(Path.GetFileNameWithoutExtension).ToArray());
    }

    /// <summary>Finds the C toolchain that native compilation needs on Linux. CI must have it; elsewhere the test is skipped without it.</summary>
    private static string[] NativeCompilerOptions()
    {
        if (!OperatingSystem.IsLinux() || IsInPath("clang"))
            return [];
        if (!IsInPath("gcc") && Environment.GetEnvironmentVariable("CI") != "true")
            Assert.Inconclusive("Native compilation needs clang or gcc, and neither is in the PATH.");
        return ["-p:CppCompilerAndLinker=gcc"];
    }

    private static bool IsInPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private async Task<string> PublishAsync(string mode, params string[] options)
    {
        // Both tests run at the same time, and one must not rebuild an assembly that the other's linker reads.
        string output = Folder.File(mode);
        await DotnetCommand.RunAsync(
            Project,
            _buildGuard,
            [
                "publish", "--output", output, "--artifacts-path", Folder.File($"{mode}-artifacts"),
                $"-p:{ClientConsumerProject.ModeProperty}={mode}", .. options,
            ]);
        return output;
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
        string program = Path.Combine(output, ClientConsumerProject.Name + (OperatingSystem.IsWindows() ? ".exe" : ""));
        using Process process = Process.Start(new ProcessStartInfo(program, [$"{server.EndPoint.Port}", server.Certificate.Fingerprint])
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
