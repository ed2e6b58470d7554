namespace ServerLib;

/// <summary>The result of adding one account to a user database.</summary>
/// <param name="IsAdded">Whether it was added.</param>
/// <param name="Problem">
/// Why it cannot be added, as a phrase; <see langword="null"/> if it was added, or if there is an account with this name already.
/// </param>
public readonly record struct AccountAddition(bool IsAdded, string? Problem = null);
