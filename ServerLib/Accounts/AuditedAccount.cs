namespace ServerLib;

/// <summary>An account as <see cref="AccountAuditWriter"/> writes it. Logons that are not active are logoffs.</summary>
/// <param name="Account">The account. Its password hash and keys are not written.</param>
/// <param name="ActiveConnections">The number of its open connections.</param>
/// <param name="ActiveAddress">The address of the last logon, such as <c>127.0.0.1:52814</c>; empty after a logoff.</param>
public sealed record AuditedAccount(AccountRecord Account, long ActiveConnections, string ActiveAddress);
