using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ServerLib.ActivityLog;

/// <summary>The form of a line in the activity log: text with <c>{index}</c>, <c>{message}</c> and <c>{timestamp}</c> in it.</summary>
internal sealed partial class LineFormat
{
    private static readonly string[] Names = ["index", "message", "timestamp"];

    private readonly CompositeFormat _format;

    /// <exception cref="FormatException"><paramref name="template"/> lacks <c>{message}</c>, or names something else.</exception>
    public LineFormat(string template)
    {
        if (!template.Contains("{message}", StringComparison.Ordinal) || template.AsSpan().ContainsAny('\r', '\n'))
            throw new FormatException("A line format needs {message} and no line break; {index} and {timestamp} may stand in it.");
        _format = CompositeFormat.Parse(Placeholder().Replace(template, match => match.Value switch
        {
            "{" => "{{",
            "}" => "}}",
            _ => Array.IndexOf(Names, match.Groups[1].Value) is >= 0 and int i
                ? $"{{{i}}}"
                : throw new FormatException($"{match.Value} is not known; a line format may have {{index}}, {{message}} and {{timestamp}}."),
        }));
    }

    public string Format(long index, string message, DateTimeOffset timestamp) =>
        string.Format(CultureInfo.InvariantCulture, _format, index, message, timestamp.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\{(\w+)\}|[{}]")]
    private static partial Regex Placeholder();
}
