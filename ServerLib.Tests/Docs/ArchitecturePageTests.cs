using System.Text.RegularExpressions;

namespace ServerLib.Tests.Docs;

[TestClass]
public sealed partial class ArchitecturePageTests
{
    private static readonly string Page = File.ReadAllText(Repository.File("docs", "architecture.md"));

    [TestMethod]
    public void Every_name_in_code_on_the_page_is_in_the_source()
    {
        HashSet<string> words =
        [
            .. Directory.EnumerateDirectories(Repository.Root, "ServerLib*")
                .SelectMany(project => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
                .Where(file => !file.EndsWith($"{nameof(ArchitecturePageTests)}.cs", StringComparison.Ordinal))
                .SelectMany(file => Word().Matches(File.ReadAllText(file)).Select(match => match.Value)),
        ];

        IEnumerable<string> missing = Code().Matches(Page).Select(match => match.Groups[1].Value).Where(name => !words.Contains(name));
        Assert.AreEqual("", string.Join(", ", missing));
    }

    [TestMethod]
    public void The_table_of_folders_has_every_folder()
    {
        IEnumerable<string> folders = Directory.EnumerateDirectories(Repository.File("ServerLib")).Select(folder => Path.GetFileName(folder))
            .Where(name => name is not ("bin" or "obj") && !name.StartsWith('.'));

        Assert.AreEqual("", string.Join(", ", folders.Where(name => !Page.Contains($"`{name}`", StringComparison.Ordinal))));
    }

    [GeneratedRegex(@"`([A-Z]\w+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\b[A-Z]\w+")]
    private static partial Regex Word();
}
