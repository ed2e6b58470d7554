namespace ServerLib.Protocol;

/// <summary>A client's login.</summary>
/// <param name="Username">The name, without white space around it.</param>
/// <param name="Password">The password; empty for a login by key or ticket.</param>
/// <param name="Invitation">An invitation code for a registration.</param>
/// <param name="Key">The key and signature of a login by key.</param>
/// <param name="Resume">The session that the client resumes instead of a login.</param>
/// <param name="Ticket">The ticket of a login by ticket.</param>
internal readonly record struct LoginRequest(
    string Username,
    string Password,
    string? Invitation = null,
    KeyClaim? Key = null,
    ResumeRequest? Resume = null,
    string? Ticket = null);
