using System.Text.RegularExpressions;

namespace ServerLib.Tests.Docs;

/// <summary>A page of the documentation.</summary>
/// <param name="Path">The path from the root of the repository, with <c>/</c>.</param>
internal sealed partial record MarkdownPage(string Path)
{
    /// <summary>The README files, also of the samples; the pages in docs/; and the other documents in the root folder.</summary>
    public static IReadOnlyList<MarkdownPage> All { get; } =
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(Directory.EnumerateFiles(Repository.File("docs"), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateDirectories(Repository.Root, "ServerLib*").Select(folder => System.IO.Path.Combine(folder, "README.md")))
            .Concat(Directory.EnumerateFiles(Repository.File("samples"), "README.md", SearchOption.AllDirectories))
            .Where(File.Exists)
            .Select(file => System.IO.Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(path => !path.StartsWith("docs/_", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => new MarkdownPage(path)),
    ];

    public string Text { get; } = File.ReadAllText(Repository.File(Path));

    /// <summary>The fenced code blocks of one language.</summary>
    public IEnumerable<CodeBlock> Blocks(string language) =>
        Fence().Matches(Text).Where(match => match.Groups["language"].Value == language)
            .Select(match => new CodeBlock(this, LineOf(match), match.Groups["context"].Value.Trim(), match.Groups["code"].Value));

    private int LineOf(Match match) => Text.AsSpan(0, match.Groups["code"].Index).Count('\n') + 1;

    [GeneratedRegex(@"(?:<!-- context: (?<context>[^\n]*?) -->\n+)?^```(?<language>[a-z]*)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
