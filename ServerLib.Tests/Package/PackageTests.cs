using System.IO.Compression;
using System.Xml.Linq;

namespace ServerLib.Tests.Package;

/// <summary>Packs the library and uses the package from a project outside the source tree.</summary>
[TestClass]
public sealed class PackageTests
{
    private static readonly string Version = $"0.0.0-test.{Guid.NewGuid():N}";
    private static readonly TempFolder Folder = new();

    // Building is slow; this only stops a build that hangs.
    private static readonly CancellationToken BuildGuard = new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token;

    private static string Feed => Folder.File("feed");

    [ClassInitialize]
    public static async Task PackAsync(TestContext context)
    {
        foreach (string project in (string[])["ServerLib.Protocol", "ServerLib"])
        {
            await DotnetCommand.RunAsync(
                Repository.Root,
                BuildGuard,
                "pack", Repository.File(project), "--output", Feed, "--artifacts-path", Folder.File("artifacts"),
                $"-p:Version={Version}", "-p:RestoreLockedMode=true", "-p:ContinuousIntegrationBuild=true");
        }
    }

    [ClassCleanup]
    public static void RemoveFolder() => Folder.Dispose();

    [TestMethod]
    public void The_package_has_metadata_and_documentation()
    {
        using ZipArchive package = Open("nupkg");
        using Stream specification = package.GetEntry("ServerLib.nuspec")!.Open();
        XElement metadata = XDocument.Load(specification).Root!.Elements().Single();
        XElement Property(string name) => metadata.Elements().Single(element => element.Name.LocalName == name);

        Assert.AreEqual("MIT", Property("license").Value);
        Assert.AreEqual("expression", Property("license").Attribute("type")!.Value);
        Assert.AreEqual("README.md", Property("readme").Value);
        Assert.AreNotEqual("", Property("description").Value);
        Assert.AreNotEqual("", Property("tags").Value);
        Assert.IsGreaterThan(100, package.GetEntry("README.md")!.Length);
        Assert.IsGreaterThan(10_000, package.GetEntry("lib/net10.0/ServerLib.xml")!.Length);
    }

    [TestMethod]
    public void Symbols_are_in_a_separate_package()
    {
        using ZipArchive symbols = Open("snupkg");

        Assert.IsNotNull(symbols.GetEntry("lib/net10.0/ServerLib.pdb"));
    }

    [TestMethod]
    public async Task A_consumer_project_mocks_the_four_interfaces_and_starts_a_server()
    {
        string listed = await DotnetCommand.RunAsync(Repository.Root, BuildGuard, "nuget", "locals", "global-packages", "--list");
        string machinePackages = listed[(listed.IndexOf(": ", StringComparison.Ordinal) + 2)..].Trim();
        string project = Folder.File("consumer");
        ConsumerProject.Write(project, Feed, Version, machinePackages);

        string output = await DotnetCommand.RunAsync(project, BuildGuard, "run", Folder.File("data"));

        StringAssert.EndsWith(
            output.ReplaceLineEndings("\n"), "OK\nWelcome ada\nMind the gap.\n-----BEGIN PUBLIC KEY-----\nAll four were asked.\n");
    }

    private static ZipArchive Open(string extension) => ZipFile.OpenRead(Path.Combine(Feed, $"ServerLib.{Version}.{extension}"));
}
