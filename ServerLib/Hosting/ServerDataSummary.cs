namespace ServerLib;

/// <summary>What a data folder contains.</summary>
/// <param name="Accounts">The number of accounts; <see langword="null"/> if the accounts are not in this folder.</param>
/// <param name="AuditEntries">The number of the newest entry of the audit trail; <see langword="null"/> if there is none.</param>
/// <param name="AuditHead">The head of the audit trail, such as <c>1234:9f86…</c>; <see langword="null"/> if there is none.</param>
/// <param name="AuditProblem">What is wrong with the audit trail, as a phrase; <see langword="null"/> if nothing is.</param>
public sealed record ServerDataSummary(long? Accounts, long? AuditEntries, string? AuditHead, string? AuditProblem);
