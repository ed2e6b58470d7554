namespace ServerLib.Protocol;

/// <summary>What a client says to log in.</summary>
/// <param name="Username">The name, white space around it removed.</param>
/// <param name="Password">The password; empty where the login is by key.</param>
/// <param name="Invitation">The code of an invitation to register.</param>
/// <param name="Key">The key that is to do instead of a password.</param>
internal readonly record struct LoginRequest(string Username, string Password, string? Invitation = null, KeyClaim? Key = null);
