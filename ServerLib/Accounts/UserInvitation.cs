namespace ServerLib;

/// <summary>An invitation to register. It does not contain the code, which only <see cref="IUserAdministration.InviteAsync"/> returns.</summary>
/// <param name="Number">The invitation's number. No later invitation has the same number, also if this one is withdrawn or deleted.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="ExpiresAt">When it expires; <see langword="null"/> if it does not expire.</param>
/// <param name="TakenBy">The name that was registered with it; <see langword="null"/> while it is unused.</param>
public sealed record UserInvitation(long Number, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string? TakenBy);
