using System.CommandLine;

namespace ServerLib.Administration.Parsing;

/// <summary>Finds the words that could complete a command.</summary>
internal static class CommandCompletion
{
    /// <param name="command">The command with which the words are parsed.</param>
    /// <param name="words">The words. The last one may be incomplete or empty.</param>
    public static IEnumerable<string> Find(Command command, IReadOnlyList<string> words)
    {
        string last = words.Count > 0 ? words[^1] : "";
        return command.Parse(words.Count > 0 ? words : [""], new ParserConfiguration { ResponseFileTokenReplacer = null }).GetCompletions()
            .Select(item => item.InsertText ?? item.Label)
            .Where(word => word.StartsWith(last, StringComparison.OrdinalIgnoreCase) && IsUseful(word));
    }

    /// <summary>The aliases of --help, such as /?, would only be in the way.</summary>
    private static bool IsUseful(string word) => word.StartsWith("--", StringComparison.Ordinal) || char.IsLetterOrDigit(word[0]);
}
