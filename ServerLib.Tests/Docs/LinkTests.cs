using System.Text.RegularExpressions;

namespace ServerLib.Tests.Docs;

[TestClass]
public sealed partial class LinkTests
{
    [TestMethod]
    public void Every_relative_link_leads_to_a_file_and_a_heading()
    {
        IEnumerable<string> broken =
            from page in MarkdownPage.All
            from Match link in Link().Matches(page.Text)
            let target = link.Groups[1].Value
            where !target.Contains("://", StringComparison.Ordinal) && !IsFound(page, target)
            select $"{page.Path}: {target}";

        Assert.AreEqual("", string.Join('\n', broken));
    }

    [TestMethod]
    [DataRow("nuget.org")]
    [DataRow("npmjs.")]
    public void No_page_names_a_package_registry(string host)
    {
        IEnumerable<string> pages = MarkdownPage.All.Where(page => page.Text.Contains(host, StringComparison.OrdinalIgnoreCase)).Select(page => page.Path);

        Assert.AreEqual("", string.Join('\n', pages));
    }

    private static bool IsFound(MarkdownPage page, string target)
    {
        string[] parts = target.Split('#');
        string file = parts[0].Length == 0
            ? Repository.File(page.Path)
            : Path.GetFullPath(parts[0], Path.GetDirectoryName(Repository.File(page.Path))!);
        return File.Exists(file) && (parts.Length == 1 || Headings(File.ReadAllText(file)).Contains(parts[1]));
    }

    /// <summary>The anchors that GitHub and docfx make of headings.</summary>
    private static IEnumerable<string> Headings(string text) =>
        Heading().Matches(text).Select(match =>
            new string([.. match.Groups[1].Value.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-')]).Replace(' ', '-'));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
