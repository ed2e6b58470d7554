namespace ServerLib;

/// <summary>An invitation to register, without its code, which only the one who made it has seen.</summary>
/// <param name="Number">Its number.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">From when on it is worth nothing; <see langword="null"/> for never.</param>
/// <param name="TakenBy">The name that was registered with it; <see langword="null"/> while nobody has.</param>
public sealed record UserInvitation(long Number, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string? TakenBy);
