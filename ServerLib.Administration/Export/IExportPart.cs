namespace ServerLib.Administration.Export;

/// <summary>One kind of what an export contains.</summary>
internal interface IExportPart
{
    /// <summary>What it is, in the plural.</summary>
    string Name { get; }

    /// <summary>Whether the server can export and import it.</summary>
    bool IsAvailable(AdminRequest request);

    /// <summary>Whether a line is of this kind.</summary>
    bool Contains(ExportLine line);

    /// <summary>Reads some lines.</summary>
    /// <param name="request">The command that reads them.</param>
    /// <param name="after">Where the page before ended; <see langword="null"/> for the first page.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<ExportPage> ReadAsync(AdminRequest request, string? after, CancellationToken cancellationToken);

    /// <summary>Adds what lines contain, and writes to the audit trail what was added.</summary>
    /// <returns>A result for each line.</returns>
    /// <exception cref="FormatException">A line is not valid. Nothing was added.</exception>
    Task<IReadOnlyList<ImportResult>> AddAsync(AdminRequest request, IReadOnlyList<ExportLine> lines, CancellationToken cancellationToken);
}

/// <summary>Some lines of an export.</summary>
/// <param name="Lines">The lines.</param>
/// <param name="Next">Where the next page begins; <see langword="null"/> after the last one.</param>
internal sealed record ExportPage(IReadOnlyList<ExportLine> Lines, string? Next);
