using System.Buffers;
using System.Globalization;
using System.Text;

namespace ServerLib;

/// <summary>Makes a peer's text safe for a log line or a terminal.</summary>
public static class TextSanitizer
{
    // C0, DEL and C1; the Unicode line and paragraph separators; and the characters that change the direction of text.
    private const string Unprintable =
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\a\b\t\n\v\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019"
        + "\u001a\u001b\u001c\u001d\u001e\u001f\u007f\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d"
        + "\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009d\u009e\u009f\u2028\u2029"
        + "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

    private static readonly SearchValues<char> UnprintableValues = SearchValues.Create(Unprintable);

    /// <summary>
    /// Escapes control characters, for example as <c>\n</c>, <c>\t</c> or <c>\u001B</c>. A text without control characters is returned
    /// unchanged.
    /// </summary>
    /// <param name="text">The text.</param>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.AsSpan().ContainsAny(UnprintableValues))
            return text;
        var escaped = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (!UnprintableValues.Contains(c))
                escaped.Append(c);
            else
                escaped.Append(c switch
                {
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    _ => $"\\u{((int)c).ToString("X4", CultureInfo.InvariantCulture)}",
                });
        }

        return escaped.ToString();
    }

    /// <summary>
    /// Replaces control characters by U+FFFD, except tabs and one line end at the end of the text. So a sender cannot forge another line,
    /// or send escape sequences to a terminal.
    /// </summary>
    internal static string Replace(string text)
    {
        int body = text.EndsWith("\r\n", StringComparison.Ordinal) ? text.Length - 2
            : text.EndsWith('\n') ? text.Length - 1
            : text.Length;
        if (!HasControl(text.AsSpan(0, body)))
            return text;
        return string.Create(text.Length, (text, body), static (target, source) =>
        {
            source.text.CopyTo(target);
            foreach (ref char c in target[..source.body])
            {
                if (c != '\t' && UnprintableValues.Contains(c))
                    c = '\uFFFD';
            }
        });
    }

    private static bool HasControl(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (c != '\t' && UnprintableValues.Contains(c))
                return true;
        }

        return false;
    }
}
