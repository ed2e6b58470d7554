using System.Text.RegularExpressions;

namespace ServerLib.Tests.Docs;

[TestClass]
public sealed partial class SecurityPageTests
{
    private static readonly string[] Rows =
    [
        .. File.ReadLines(Repository.File("docs", "security.md")).SkipWhile(line => !line.StartsWith("## Attack", StringComparison.Ordinal))
            .TakeWhile(line => !line.StartsWith("## Out", StringComparison.Ordinal))
            .Where(line => line.StartsWith('|')
                && !line.StartsWith("| attack |", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal)),
    ];

    [TestMethod]
    public void Every_test_that_the_page_names_exists()
    {
        HashSet<string> tests = typeof(SecurityPageTests).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Where(method => method.IsDefined(typeof(TestMethodAttribute), inherit: true)).Select(method => method.Name).ToHashSet();
        Assert.AreEqual("", string.Join(", ", Rows.SelectMany(Names).Where(name => !tests.Contains(name))));
    }

    [TestMethod]
    public void Every_attack_names_a_test()
    {
        Assert.IsGreaterThan(20, Rows.Length);
        Assert.AreEqual("", string.Join('\n', Rows.Where(row => !Names(row).Any())));
    }

    /// <summary>The code in the last column.</summary>
    private static IEnumerable<string> Names(string row) =>
        CodeMark().Matches(row.TrimEnd('|', ' ').Split('|')[^1]).Select(match => match.Groups[1].Value);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeMark();
}
