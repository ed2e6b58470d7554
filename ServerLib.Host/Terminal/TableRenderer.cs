using Spectre.Console;

namespace ServerLib.Cli.Terminal;

/// <summary>Draws the table of a command's output for a terminal. Texts are never taken for markup or for escape sequences.</summary>
internal static class TableRenderer
{
    // Spectre.Console never returns if a column has no room for a wide character: spectreconsole/spectre.console issue 2193.
    private const int MinColumnWidth = 8;

    /// <summary>The lines of the table, and those below it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="width">The number of columns of the terminal. Cells that do not fit are wrapped. A very narrow terminal gets longer lines.</param>
    /// <param name="hasColors">Whether the terminal shows colors.</param>
    public static IEnumerable<string> Draw(CommandTable table, int width, bool hasColors)
    {
        var drawn = new Table { Border = TableBorder.Simple, UseSafeBorder = false };
        foreach (string column in table.Columns)
            drawn.AddColumn(new TableColumn(new Text(TextSanitizer.Escape(column), new Style(decoration: Decoration.Bold))));
        foreach (string[] row in table.Rows)
            drawn.AddRow(row.Select(cell => new Text(TextSanitizer.Escape(cell))));
        int safeWidth = Math.Max(width, table.Columns.Length * MinColumnWidth);
        IEnumerable<string> lines = Drawing.ToLines(drawn, safeWidth, height: 1, hasColors).Where(line => line.Length > 0);
        return [.. lines, .. table.Notes.Select(TextSanitizer.Escape)];
    }
}
