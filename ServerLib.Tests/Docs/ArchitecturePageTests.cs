using System.Text.RegularExpressions;

namespace ServerLib.Tests.Docs;

[TestClass]
public sealed partial class ArchitecturePageTests
{
    [TestMethod]
    public void Every_type_in_the_table_of_places_exists()
    {
        string page = File.ReadAllText(Repository.File("docs", "architecture.md"));
        string table = page.Split("## Where to find what")[1];
        string sources = Repository.Root;
        HashSet<string> files =
        [
            .. Directory.EnumerateDirectories(sources, "ServerLib*")
                .SelectMany(project => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
                .Select(file => Path.GetFileNameWithoutExtension(file)),
        ];

        IEnumerable<string> missing = TypeName().Matches(table).Select(match => match.Groups[1].Value).Where(name => !files.Contains(name));
        Assert.AreEqual("", string.Join(", ", missing));
    }

    [TestMethod]
    public void The_table_of_folders_has_every_folder()
    {
        string page = File.ReadAllText(Repository.File("docs", "architecture.md"));
        IEnumerable<string> folders = Directory.EnumerateDirectories(Repository.File("ServerLib")).Select(folder => Path.GetFileName(folder))
            .Where(name => name is not ("bin" or "obj") && !name.StartsWith('.'));

        Assert.AreEqual("", string.Join(", ", folders.Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal))));
    }

    [GeneratedRegex(@"`([A-Z]\w+)`")]
    private static partial Regex TypeName();
}
