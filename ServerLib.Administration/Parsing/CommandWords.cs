using System.Text;

namespace ServerLib.Administration.Parsing;

/// <summary>
/// A line of words that are separated by white space. A word that begins with a quote ends with the same quote, and may contain white space.
/// In double quotes, a backslash before a double quote or a backslash means that character. Elsewhere, quotes and backslashes are ordinary
/// characters: <c>say it's late</c>.
/// </summary>
internal static class CommandWords
{
    /// <summary>Splits a line. A quote that is not closed ends with the line.</summary>
    public static List<string> Split(string line)
    {
        var words = new List<string>();
        int i = 0;
        while (true)
        {
            while (i < line.Length && char.IsWhiteSpace(line[i]))
                i++;
            if (i == line.Length)
                return words;
            words.Add(line[i] is '"' or '\'' ? ReadQuoted(line, ref i) : ReadPlain(line, ref i));
        }
    }

    /// <summary>Joins words to a line that <see cref="Split"/> splits into the same words.</summary>
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    private static string ReadPlain(string line, ref int i)
    {
        int start = i;
        while (i < line.Length && !char.IsWhiteSpace(line[i]))
            i++;
        return line[start..i];
    }

    private static string ReadQuoted(string line, ref int i)
    {
        var word = new StringBuilder();
        char quote = line[i++];
        while (i < line.Length && line[i] != quote)
        {
            if (quote == '"' && line[i] == '\\' && i + 1 < line.Length && line[i + 1] is ('"' or '\\'))
                i++;
            word.Append(line[i++]);
        }

        i = Math.Min(i + 1, line.Length);
        return word.ToString();
    }

    private static string Quote(string word) => word.Length > 0 && word[0] is not ('"' or '\'') && !word.Any(char.IsWhiteSpace)
        ? word
        : $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
