using System.Globalization;
using System.Text;

namespace ServerLib.Cli.Terminal;

/// <summary>
/// Draws the input line on one row of the terminal. A long line is scrolled, so that the cursor is visible.
/// </summary>
internal static class InputLine
{
    public static string Draw(string prompt, string text, int cursor, int width)
    {
        // The last column stays free, because some terminals wrap there.
        int room = Math.Max(width - 1 - Columns(prompt), 8);
        int start = 0;
        while (Columns(text[start..cursor]) > room - 1)
            start += Step(text, start);
        int end = cursor;
        while (end < text.Length && Columns(text[start..(end + Step(text, end))]) <= room)
            end += Step(text, end);
        int back = Columns(text[cursor..end]);
        return $"\r\u001b[K{prompt}{text[start..end]}{(back > 0 ? $"\u001b[{back}D" : "")}";
    }

    /// <summary>The width of a text in columns.</summary>
    public static int Columns(string text)
    {
        int columns = 0;
        foreach (Rune rune in text.EnumerateRunes())
            columns += Columns(rune);
        return columns;
    }

    private static int Step(string text, int index) => StringInfo.GetNextTextElementLength(text, index);

    private static int Columns(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => IsWide(rune.Value) ? 2 : 1,
    };

    // East Asian wide and full-width characters, and emoji.
    private static bool IsWide(int value) => value
        is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6)
        or (>= 0x1F300 and <= 0x1F64F) or (>= 0x1F680 and <= 0x1F6FF) or (>= 0x1F900 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);
}
