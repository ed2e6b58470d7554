namespace ServerLib;

/// <summary>Some of the accounts in a user database.</summary>
/// <param name="Accounts">The accounts.</param>
/// <param name="Next">Where the next page begins; <see langword="null"/> after the last account.</param>
public sealed record AccountPage(IReadOnlyList<AccountRecord> Accounts, string? Next);
