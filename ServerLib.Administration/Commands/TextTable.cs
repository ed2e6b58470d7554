using System.Text;

namespace ServerLib.Administration.Commands;

/// <summary>Aligns text in columns.</summary>
internal sealed class TextTable
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [];

    public bool IsEmpty => _rows.Count == 0;

    /// <summary>Adds a row. All rows have the same number of cells.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(TextSanitizer.Escape)]);

    public IEnumerable<string> Lines()
    {
        int[] widths = IsEmpty ? [] : [.. Enumerable.Range(0, _rows[0].Length).Select(column => _rows.Max(row => row[column].Length))];
        return _rows.Select(row => Line(row, widths));
    }

    private static string Line(string[] row, int[] widths)
    {
        var line = new StringBuilder();
        for (int i = 0; i < row.Length; i++)
            line.Append(row[i].PadRight(widths[i])).Append(Gap);
        return line.ToString().TrimEnd();
    }
}
