namespace ServerLib;

/// <summary>What verifying the audit trail came to.</summary>
/// <param name="FirstBad">The <see cref="AuditEntry.Number"/> of the first entry that is wrong, or of the first that is missing; <see langword="null"/> where none is.</param>
/// <param name="Problem">What is wrong with it, in a sentence; <see langword="null"/> where nothing is.</param>
/// <param name="Head">
/// The newest entry's number and hash, to be written down elsewhere; of a trail that is not sound, that of the last entry that was looked
/// at. <see langword="null"/> where there is none.
/// </param>
/// <param name="UnknownHeads">Heads that can't be compared any more, as their entries are past their time and deleted.</param>
public sealed record AuditCheck(long? FirstBad, string? Problem, string? Head, IReadOnlyList<string> UnknownHeads)
{
    /// <summary>Whether nothing was changed, removed or moved, as far as the hashes and the given heads tell.</summary>
    public bool IsSound => Problem is null;
}
