namespace ServerLib.Tests.Docs;

/// <summary>A command in a <c>console</c> block: a line that begins with <c>$ </c>.</summary>
/// <param name="Place">The page and the line.</param>
/// <param name="Line">The command.</param>
/// <param name="Input">The lines that are typed into it. They begin with <c>&gt; </c>.</param>
internal sealed record ConsoleCommand(string Place, string Line, IReadOnlyList<string> Input)
{
    /// <summary>The commands of a block.</summary>
    /// <exception cref="FormatException">A line is neither a command nor typed.</exception>
    public static IEnumerable<ConsoleCommand> Parse(CodeBlock block)
    {
        string[] lines = block.Code.TrimEnd().Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string place = $"{block.Page.Path}:{block.Line + i}";
            if (!lines[i].StartsWith("$ ", StringComparison.Ordinal))
                throw new FormatException($"{place}: a line of a console block must begin with '$ ' or '> '");
            string[] input = [.. lines[(i + 1)..].TakeWhile(line => line.StartsWith("> ", StringComparison.Ordinal)).Select(line => line[2..])];
            yield return new ConsoleCommand(place, lines[i][2..], input);
            i += input.Length;
        }
    }
}
