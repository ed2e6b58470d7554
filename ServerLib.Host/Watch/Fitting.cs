using ServerLib.Cli.Terminal;

namespace ServerLib.Cli.Watch;

/// <summary>Fits texts into columns of a terminal.</summary>
internal static class Fitting
{
    /// <summary>Cuts a text that is too wide, and marks that with an ellipsis.</summary>
    public static string Cut(string text, int width)
    {
        if (InputLine.Columns(text) <= width)
            return text;
        int length = text.Length;
        while (length > 0 && InputLine.Columns(text[..length]) > width - 1)
            length--;
        if (length > 0 && char.IsHighSurrogate(text[length - 1]))
            length--;
        return width > 0 ? text[..length] + '…' : "";
    }

    /// <summary>A line with one text at the left, which is cut if necessary, and cells at the right.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cells">The cells with their widths. What has no room is left out, from the right.</param>
    /// <param name="width">The width of the line.</param>
    public static string Line(string text, IReadOnlyList<(string Text, int Width)> cells, int width)
    {
        const int MinText = 8;
        int shown = cells.Count;
        while (shown > 0 && width - cells.Take(shown).Sum(cell => cell.Width + 1) < MinText)
            shown--;
        int room = width - cells.Take(shown).Sum(cell => cell.Width + 1);
        text = Cut(text, room);
        return text + new string(' ', Math.Max(0, room - InputLine.Columns(text)))
            + string.Concat(cells.Take(shown).Select(cell => $" {Cut(cell.Text, cell.Width).PadLeft(cell.Width)}"));
    }
}
