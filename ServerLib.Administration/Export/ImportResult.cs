namespace ServerLib.Administration.Export;

/// <summary>What an import has done with a line.</summary>
/// <param name="Outcome">Whether it is imported.</param>
/// <param name="Name">The name of the account or other thing in the line.</param>
/// <param name="Reason">Why it is not imported, as a phrase; <see langword="null"/> if it is.</param>
internal sealed record ImportResult(ImportOutcome Outcome, string? Name = null, string? Reason = null)
{
    public static ImportResult Added { get; } = new(ImportOutcome.Added);

    public static ImportResult Exists(string name) => new(ImportOutcome.Kept, name, "exists already");

    public static ImportResult Problem(string name, string reason) => new(ImportOutcome.Skipped, name, reason);

    /// <summary>The result of adding something to a database.</summary>
    public static ImportResult Of(string name, bool isAdded, string? problem) =>
        isAdded ? Added : problem is null ? Exists(name) : Problem(name, problem);
}

/// <summary>What has become of a line.</summary>
internal enum ImportOutcome
{
    /// <summary>It was added.</summary>
    Added,

    /// <summary>There is nothing to add: the server has it already, or it is over.</summary>
    Kept,

    /// <summary>It cannot be added.</summary>
    Skipped,
}
