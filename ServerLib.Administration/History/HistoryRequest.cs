namespace ServerLib.Administration.History;

/// <summary>What somebody wants to know of the audit trail.</summary>
internal sealed record HistoryRequest
{
    public required AuditFilter Filter { get; init; }

    /// <summary>How many entries at most, the newest.</summary>
    public required int Limit { get; init; }

    /// <summary>Whether it is to be verified instead of shown.</summary>
    public bool Verifies { get; init; }

    /// <summary>Heads that the trail has to contain.</summary>
    public IReadOnlyList<string> Heads { get; init; } = [];

    public bool AsJson { get; init; }

    /// <summary>The data folder, where one is given.</summary>
    public string? DataFolder { get; init; }
}
