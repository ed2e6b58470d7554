namespace ServerLib;

/// <summary>The result of verifying an audit trail.</summary>
/// <param name="FirstInvalid">
/// The <see cref="AuditEntry.Number"/> of the first entry that is wrong or missing; <see langword="null"/> if there is none.
/// </param>
/// <param name="Problem">What is wrong with it, as a phrase; <see langword="null"/> if nothing is.</param>
/// <param name="Oldest">The oldest entry; <see langword="null"/> if the trail is empty.</param>
/// <param name="Newest">
/// The newest entry, or the last one before the problem; <see langword="null"/> if the trail is empty.
/// </param>
/// <param name="WithoutHash">
/// The number of entries without a hash, which an early version wrote. Changes to them cannot be detected.
/// </param>
/// <param name="UnknownHeads">The given heads that cannot be checked, because their entries have expired and been deleted.</param>
public sealed record AuditCheck(
    long? FirstInvalid, string? Problem, AuditEntry? Oldest, AuditEntry? Newest, long WithoutHash, IReadOnlyList<string> UnknownHeads)
{
    /// <summary>Whether no entry was changed, removed or moved, as far as the hashes and the given heads show.</summary>
    public bool IsIntact => Problem is null;

    /// <summary>
    /// The number and hash of <see cref="Newest"/>, such as <c>1234:9f86…</c>. Keep it on another machine, to detect later changes to these
    /// entries.
    /// </summary>
    public string? Head { get; init; }
}
