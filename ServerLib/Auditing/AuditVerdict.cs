namespace ServerLib.Auditing;

/// <summary>What going through the audit trail came to.</summary>
/// <param name="Fault">The first that is wrong.</param>
/// <param name="Unknown">Heads that nobody can judge any more, as their entries are deleted.</param>
/// <param name="Oldest">The oldest entry.</param>
/// <param name="Newest">The newest, or the last before what is wrong.</param>
/// <param name="Unsealed">How many entries are from before there were hashes; nobody can say what became of these.</param>
internal sealed record AuditVerdict(
    AuditFault? Fault, IReadOnlyList<AuditHead> Unknown, SealedEntry? Oldest, SealedEntry? Newest, long Unsealed);

/// <summary>Something that is wrong with the audit trail.</summary>
/// <param name="Number">The entry's number.</param>
/// <param name="Problem">What is wrong.</param>
internal sealed record AuditFault(long Number, string Problem);
