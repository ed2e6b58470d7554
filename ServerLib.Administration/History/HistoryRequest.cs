namespace ServerLib.Administration.History;

/// <summary>The parsed arguments of <c>history</c>.</summary>
internal sealed record HistoryRequest
{
    public required AuditFilter Filter { get; init; }

    /// <summary>The maximum number of entries. The newest are shown.</summary>
    public required int Limit { get; init; }

    /// <summary>Whether to verify the trail instead of showing it.</summary>
    public bool Verifies { get; init; }

    /// <summary>Heads that the trail must contain.</summary>
    public IReadOnlyList<string> Heads { get; init; } = [];

    public bool AsJson { get; init; }

    /// <summary>The value of <c>--data</c>; <see langword="null"/> if it was not given.</summary>
    public string? DataFolder { get; init; }
}
