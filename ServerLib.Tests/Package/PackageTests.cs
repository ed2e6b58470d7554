using System.IO.Compression;
using System.Xml.Linq;
using ServerLib.Testing;

namespace ServerLib.Tests.Package;

/// <summary>Packs all packages and uses one from a project outside the source tree.</summary>
[TestClass]
public sealed class PackageTests
{
    private static readonly string Version = $"0.0.0-test.{Guid.NewGuid():N}";
    private static readonly TempFolder Folder = new();

    private static readonly string[] Projects =
    [
        "ServerLib", "ServerLib.Administration", "ServerLib.AspNetCore", "ServerLib.Client", "ServerLib.Host", "ServerLib.PostgreSql",
        "ServerLib.Protocol", "ServerLib.Templates", "ServerLib.Testing",
    ];

    // Building is slow; this only stops a build that hangs.
    private static readonly CancellationToken BuildGuard = new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    private static string Feed => Folder.File("feed");

    [ClassInitialize]
    public static Task PackAsync(TestContext context) => DotnetCommand.RunAsync(
        Repository.Root,
        BuildGuard,
        "pack", "ServerLib.sln", "--output", Feed, "--artifacts-path", Folder.File("artifacts"),
        $"-p:Version={Version}", "-p:RestoreLockedMode=true", "-p:ContinuousIntegrationBuild=true");

    [ClassCleanup]
    public static void RemoveFolder() => Folder.Dispose();

    [TestMethod]
    public void Every_package_has_metadata_a_readme_an_icon_and_symbols()
    {
        string[] packages =
            [.. Directory.EnumerateFiles(Feed, "*.nupkg").Select(Path.GetFileName).Select(file => file!.Replace($".{Version}.nupkg", ""))];

        CollectionAssert.AreEquivalent(Projects, packages);
        foreach (string name in packages)
        {
            using ZipArchive package = Open(name, "nupkg");
            Dictionary<string, XElement> metadata = Metadata(package, name).ToDictionary(element => element.Name.LocalName);

            Assert.AreEqual("MIT", metadata["license"].Value, name);
            Assert.AreEqual("expression", metadata["license"].Attribute("type")!.Value, name);
            Assert.AreEqual("README.md", metadata["readme"].Value, name);
            Assert.AreEqual("icon.png", metadata["icon"].Value, name);
            Assert.AreNotEqual("", metadata["description"].Value, name);
            Assert.AreNotEqual("", metadata["tags"].Value, name);
            Assert.IsGreaterThan(100, package.GetEntry("README.md")!.Length, name);
            Assert.IsGreaterThan(100, package.GetEntry("icon.png")!.Length, name);
            if (name == "ServerLib.Templates")
                continue;
            using ZipArchive symbols = Open(name, "snupkg");
            Assert.IsTrue(symbols.Entries.Any(entry => entry.Name == $"{name}.pdb"), name);
        }
    }

    [TestMethod]
    public void Every_library_package_has_XML_documentation()
    {
        foreach (string name in Projects.Except(["ServerLib.Host", "ServerLib.Templates"]))
        {
            using ZipArchive package = Open(name, "nupkg");

            Assert.IsGreaterThan(1_000, package.GetEntry($"lib/net10.0/{name}.xml")?.Length ?? 0, name);
        }
    }

    [TestMethod]
    public void Packages_depend_on_each_other_in_exact_versions()
    {
        foreach (string name in Projects)
        {
            using ZipArchive package = Open(name, "nupkg");
            IEnumerable<XElement> dependencies = Metadata(package, name).DescendantsAndSelf()
                .Where(element => element.Name.LocalName == "dependency" && Projects.Contains(element.Attribute("id")!.Value));

            foreach (XElement dependency in dependencies)
                Assert.AreEqual($"[{Version}]", dependency.Attribute("version")!.Value, $"{name} on {dependency.Attribute("id")!.Value}");
            Assert.AreEqual(name is "ServerLib.Protocol" or "ServerLib.Host" or "ServerLib.Templates", !dependencies.Any(), name);
        }
    }

    [TestMethod]
    public async Task A_consumer_project_mocks_the_four_interfaces_and_starts_a_server()
    {
        string project = Folder.File("consumer");
        ConsumerProject.Write(project, Feed, Version, await FindMachinePackagesAsync());

        string output = await DotnetCommand.RunAsync(project, BuildGuard, "run", Folder.File("data"));

        StringAssert.EndsWith(
            output.ReplaceLineEndings("\n"), "OK\nWelcome ada\nMind the gap.\n-----BEGIN PUBLIC KEY-----\nAll four were asked.\n");
    }

    [TestMethod]
    [DataRow("MSTest")]
    [DataRow("XUnit")]
    [DataRow("NUnit")]
    public async Task A_contract_becomes_one_test_for_each_rule_in(string framework)
    {
        string project = Folder.File(framework);
        FrameworkProject.Write(project, framework, Feed, Version, await FindMachinePackagesAsync());

        string output = await DotnetCommand.RunAsync(project, BuildGuard, "test", "--logger", "console;verbosity=normal");

        foreach (object[] rule in BanDatabaseContract.Rules)
            StringAssert.Contains(output, string.Concat($"{rule[0]}".Take(40)));
        StringAssert.Contains(output, $"Passed: {BanDatabaseContract.Rules.Count()}");
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "The server is stopped with SIGTERM.")]
    public async Task The_template_creates_a_server_a_client_and_tests_that_work()
    {
        TemplateSolution solution = await TemplateSolution.CreateAsync(
            Folder.File("template"), Feed, Version, await FindMachinePackagesAsync(), port: "9123", BuildGuard);
        await solution.BuildAsync(BuildGuard);
        StringAssert.Contains(await solution.TestAsync(BuildGuard), "Passed!");
        StringAssert.Contains(await File.ReadAllTextAsync(Path.Combine(solution.ProjectFolder("Server"), "appsettings.json")), "\"Port\": 9123");
        StringAssert.Contains(await File.ReadAllTextAsync(Path.Combine(solution.ProjectFolder("Client"), "Program.cs")), "127.0.0.1:9123");

        CancellationToken guard = Guard.NewToken();
        await using ProgramProcess server = await ProgramProcess.StartServerAsync(
            solution.AssemblyOf("Server"), solution.ProjectFolder("Server"), guard, "--ServerLib:Port", "0");
        await using ProgramProcess client = ProgramProcess.Start(solution.AssemblyOf("Client"), Folder.Path, "ada", $"{server.EndPoint}");
        await client.SendLineAsync("correct horse", guard);
        await client.WaitForLineAsync("Welcome to the notes.", guard);
        await client.SendLineAsync("Buy milk.", guard);
        await client.WaitForLineAsync("ada: Buy milk.", guard);
        client.CloseInput();
        Assert.AreEqual(0, await client.WaitForExitAsync(guard), client.Transcript);
        Assert.AreEqual(0, await server.StopAsync(guard), server.Transcript);
    }

    [TestMethod]
    public void The_template_uses_the_package_versions_that_are_tested_here()
    {
        XDocument tested = XDocument.Load(Repository.File("Directory.Packages.props"));
        XDocument used = XDocument.Load(Repository.File("ServerLib.Templates", "content", "Directory.Packages.props"));

        foreach (XElement package in used.Descendants("PackageVersion"))
        {
            string name = package.Attribute("Include")!.Value;
            string expected = name.StartsWith("ServerLib", StringComparison.Ordinal)
                ? "SERVERLIB_VERSION"
                : tested.Descendants("PackageVersion").Single(other => other.Attribute("Include")!.Value == name).Attribute("Version")!.Value;
            Assert.AreEqual(expected, package.Attribute("Version")!.Value, name);
        }
    }

    private static async Task<string> FindMachinePackagesAsync()
    {
        string listed = await DotnetCommand.RunAsync(Repository.Root, BuildGuard, "nuget", "locals", "global-packages", "--list");
        return listed[(listed.IndexOf(": ", StringComparison.Ordinal) + 2)..].Trim();
    }

    private static IEnumerable<XElement> Metadata(ZipArchive package, string name)
    {
        using Stream specification = package.GetEntry($"{name}.nuspec")!.Open();
        return XDocument.Load(specification).Root!.Elements().Single().Elements();
    }

    private static ZipArchive Open(string name, string extension) => ZipFile.OpenRead(Path.Combine(Feed, $"{name}.{Version}.{extension}"));
}
