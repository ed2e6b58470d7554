using System.Globalization;
using System.Security;
using System.Text;

/// <summary>A terminal window, as SVG.</summary>
internal static class Picture
{
    private const double CharWidth = 7.8;
    private const int LineHeight = 18;
    private const int Padding = 14;

    private static readonly string[] Colors =
    [
        "#5c6370", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d5dbe5",
        "#7f8b9d", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#ffffff",
    ];

    public static string Draw(Screen screen)
    {
        IReadOnlyList<Cell>[] rows = [.. screen.Rows.Reverse().SkipWhile(row => row.All(cell => cell.Value == ' ')).Reverse()];
        int width = (int)(Screen.Columns * CharWidth) + (2 * Padding);
        int height = (rows.Length * LineHeight) + (2 * Padding);
        var body = new StringBuilder();
        for (int y = 0; y < rows.Length; y++)
        {
            int x = 0;
            while (x < rows[y].Count)
            {
                Cell first = rows[y][x];
                string run = new([.. rows[y].Skip(x).TakeWhile(cell => cell with { Value = ' ' } == first with { Value = ' ' }).Select(cell => cell.Value)]);
                if (run.Trim().Length > 0)
                    body.Append(Text(run, first, x, y));
                x += run.Length;
            }
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' viewBox='0 0 {width} {height}' "
            + $"font-family='DejaVu Sans Mono, Menlo, Consolas, monospace' font-size='13'>\n"
            + $"<rect width='{width}' height='{height}' rx='8' fill='#1e2430'/>\n{body}</svg>\n");
    }

    private static string Text(string run, Cell style, int x, int y) => string.Create(
        CultureInfo.InvariantCulture,
        $"<text x='{Padding + (x * CharWidth):F1}' y='{Padding + ((y + 1) * LineHeight) - 5}' fill='{(style.Color is { } color ? Colors[color] : "#d5dbe5")}'"
        + $"{(style.IsBold ? " font-weight='bold'" : "")}{(style.IsDim ? " opacity='0.6'" : "")} xml:space='preserve'>{SecurityElement.Escape(run)}</text>\n");
}
