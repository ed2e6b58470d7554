namespace ServerLib;

/// <summary>The result of adding one invitation to a user database.</summary>
/// <param name="IsAdded">Whether it was added.</param>
/// <param name="Problem">
/// Why it cannot be added, as a phrase; <see langword="null"/> if it was added, or if the database has this invitation already.
/// </param>
public readonly record struct InvitationAddition(bool IsAdded, string? Problem = null);
