namespace ServerLib;

/// <summary>An account, as admins see it.</summary>
/// <param name="Name">The name as registered.</param>
/// <param name="IsAdmin">Whether the user can send admin commands.</param>
/// <param name="IsLocked">Whether logins to the account fail.</param>
/// <param name="RegisteredAt">When the account was added; <see langword="null"/> if an early version added it and did not record this.</param>
/// <param name="PasswordSetAt">When the password was set; <see langword="null"/> if an early version set it and did not record this.</param>
public sealed record UserAccount(
    string Name, bool IsAdmin, bool IsLocked, DateTimeOffset? RegisteredAt, DateTimeOffset? PasswordSetAt);
