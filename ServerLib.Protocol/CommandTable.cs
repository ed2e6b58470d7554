namespace ServerLib;

/// <summary>A table in the output of an admin's command. Escape its texts before you write them to a terminal.</summary>
/// <param name="Columns">The names of the columns.</param>
/// <param name="Rows">The rows. Each has one cell for each column.</param>
public sealed record CommandTable(string[] Columns, string[][] Rows)
{
    /// <summary>The lines below the table; empty if there are none.</summary>
    public string[] Notes { get; init; } = [];
}
