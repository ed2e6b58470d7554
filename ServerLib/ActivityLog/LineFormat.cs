using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ServerLib.Protocol;

namespace ServerLib.ActivityLog;

/// <summary>The format of a line in the activity log: a text with the placeholders <c>{index}</c>, <c>{message}</c> and <c>{timestamp}</c>.</summary>
internal sealed partial class LineFormat : ILineFormat
{
    private static readonly string[] Names = ["index", "message", "timestamp"];

    private readonly CompositeFormat _format;

    /// <exception cref="FormatException">
    /// <paramref name="template"/> lacks <c>{message}</c>, contains a line break, or contains an unknown placeholder.
    /// </exception>
    public LineFormat(string template)
    {
        if (!template.Contains("{message}", StringComparison.Ordinal) || template.AsSpan().ContainsAny('\r', '\n'))
            throw new FormatException("A line format must contain {message} and no line break. It may contain {index} and {timestamp}.");
        _format = CompositeFormat.Parse(Placeholder().Replace(template, match => match.Value switch
        {
            "{" => "{{",
            "}" => "}}",
            _ => Array.IndexOf(Names, match.Groups[1].Value) is >= 0 and int i
                ? $"{{{i}}}"
                : throw new FormatException(
                    $"{match.Value} is not a placeholder of a line format. Use {{index}}, {{message}} and {{timestamp}}."),
        }));
    }

    public string Format(long index, string message, DateTimeOffset timestamp) =>
        string.Format(CultureInfo.InvariantCulture, _format, index, message, timestamp.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public string Opening(string userid, string username, DateTimeOffset timestamp) =>
        $"ID : {TextSanitizer.Escape(userid)} NAME : {TextSanitizer.Escape(username)} ";

    /// <inheritdoc/>
    public string Format(long index, ActivityEntry entry, DateTimeOffset timestamp) =>
        Format(index, TextSanitizer.Escape(entry.Message), timestamp);

    [GeneratedRegex(@"\{(\w+)\}|[{}]")]
    private static partial Regex Placeholder();
}
