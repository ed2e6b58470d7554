namespace ServerLib;

/// <summary>What an admin may know of an account.</summary>
/// <param name="Name">The name as registered.</param>
/// <param name="IsAdmin">Whether its owner may send the console's commands.</param>
/// <param name="IsLocked">Whether nobody can log in.</param>
/// <param name="RegisteredAt">When it was added; <see langword="null"/> where that was not written down yet.</param>
/// <param name="PasswordSetAt">When its password was set; <see langword="null"/> where that was not written down yet.</param>
public sealed record UserAccount(
    string Name, bool IsAdmin, bool IsLocked, DateTimeOffset? RegisteredAt, DateTimeOffset? PasswordSetAt);
