namespace ServerLib.Tests.Docs;

[TestClass]
public sealed class ReadmeTests
{
    private static readonly MarkdownPage Readme = MarkdownPage.All.Single(page => page.Path == "README.md");

    [TestMethod]
    public void The_readme_begins_with_the_two_commands()
    {
        string[] commands = [.. Readme.Blocks("console").Select(block => block.Code.Trim())];

        CollectionAssert.AreEqual(new[] { "$ dotnet run --project ServerLib.Host", "$ dotnet test" }, commands);
    }

    [TestMethod]
    public void The_readme_fits_on_a_few_screens() => Assert.IsLessThan(150, Readme.Text.Split('\n').Length);

    [TestMethod]
    public void Every_page_of_the_documentation_is_linked_from_the_readme()
    {
        IEnumerable<string> pages = MarkdownPage.All.Select(page => page.Path).Where(path => path.StartsWith("docs/", StringComparison.Ordinal));
        string[] exceptions = ["docs/index.md", "docs/contributing.md"];

        Assert.AreEqual("", string.Join(", ", pages.Except(exceptions).Where(path => !Readme.Text.Contains($"]({path})", StringComparison.Ordinal))));
    }
}
