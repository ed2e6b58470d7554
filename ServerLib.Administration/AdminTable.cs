using System.Text;

namespace ServerLib.Administration;

/// <summary>A table in the output of an admin command. The program in which the command was typed draws it.</summary>
/// <param name="columns">The names of the columns, in upper case.</param>
public sealed class AdminTable(params string[] columns)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [];

    /// <summary>Whether there are no rows.</summary>
    public bool IsEmpty => _rows.Count == 0;

    /// <summary>Adds a row. Control characters are escaped.</summary>
    /// <param name="cells">One cell for each column.</param>
    /// <exception cref="ArgumentException">There are more or fewer cells than columns.</exception>
    public void Add(params string[] cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        if (cells.Length != columns.Length)
            throw new ArgumentException($"A row has {cells.Length} cells, but there are {columns.Length} columns.", nameof(cells));
        _rows.Add([.. cells.Select(TextSanitizer.Escape)]);
    }

    /// <summary>The table with lines below it.</summary>
    internal CommandTable ToTable(IEnumerable<string> notes) => new(columns, [.. _rows]) { Notes = [.. notes] };

    /// <summary>The header and the rows, aligned in columns.</summary>
    internal IEnumerable<string> ToLines()
    {
        int[] widths = [.. columns.Select((name, i) => _rows.Max(row => Math.Max(name.Length, row[i].Length)))];
        return _rows.Prepend(columns).Select(row => Line(row, widths));
    }

    private static string Line(string[] row, int[] widths)
    {
        var line = new StringBuilder();
        for (int i = 0; i < row.Length; i++)
            line.Append(row[i].PadRight(widths[i])).Append(Gap);
        return line.ToString().TrimEnd();
    }
}
