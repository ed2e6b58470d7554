using System.Text.RegularExpressions;

namespace ServerLib.Tests.Docs;

[TestClass]
public sealed partial class ConfigurationPageTests
{
    private static readonly string Path = Repository.File("docs", "configuration.md");

    [TestMethod]
    public void The_tables_are_those_generated_from_the_options()
    {
        string page = File.ReadAllText(Path);
        string[] parts = page.Split([OptionsTable.Begin, OptionsTable.End], StringSplitOptions.None);
        Assert.HasCount(3, parts, "The marks around the generated part are missing.");
        string generated = $"{OptionsTable.Generate(new ServerOptions())}\n";
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(Path, string.Concat(parts[0], OptionsTable.Begin, parts[1] = generated, OptionsTable.End, parts[2]));

        // The first line that differs says more than two long texts.
        (string First, string Second) difference = generated.Split('\n').Zip(parts[1].Split('\n')).FirstOrDefault(pair => pair.First != pair.Second);
        const string Update = "docs/configuration.md is out of date. Run: UPDATE_DOCS=1 dotnet test --filter ConfigurationPageTests";
        Assert.AreEqual(difference.First, difference.Second, Update);
        Assert.HasCount(generated.Length, parts[1], Update);
    }

    [TestMethod]
    public void Every_option_that_the_documentation_names_exists()
    {
        string table = OptionsTable.Generate(new ServerOptions());
        IEnumerable<string> unknown =
            from page in MarkdownPage.All
            from Match name in OptionName().Matches(page.Text)
            where !table.Contains($"| `{name.Groups[1].Value}", StringComparison.Ordinal)
            select $"{page.Path}: {name.Groups[1].Value}";

        Assert.AreEqual("", string.Join('\n', unknown));
    }

    [GeneratedRegex("`((?:Limits|Login|Passwords|PasswordHashing|Tls|ActivityLog|Audit):[A-Za-z]+)`")]
    private static partial Regex OptionName();
}
