namespace ServerLib.Administration;

/// <summary>A table in the answer of an admin command. The process in which the admin types draws it.</summary>
/// <param name="columns">The headers of the columns.</param>
/// <param name="rows">The rows. Each has as many cells as there are columns.</param>
/// <remarks>The texts may come from clients. The program that draws them escapes them.</remarks>
/// <exception cref="ArgumentException">A row has more or fewer cells than there are columns.</exception>
public sealed class AdminTable(string[] columns, string[][] rows)
{
    /// <summary>The headers of the columns.</summary>
    public string[] Columns { get; } = columns;

    /// <summary>The rows. Each has one cell for each column.</summary>
    public string[][] Rows { get; } = Array.TrueForAll(rows, row => row.Length == columns.Length)
        ? rows
        : throw new ArgumentException("A row has more or fewer cells than there are columns.", nameof(rows));
}
