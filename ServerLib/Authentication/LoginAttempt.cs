using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>A login attempt by password whose result is not known yet.</summary>
/// <param name="Source">What the attempt counts for.</param>
/// <param name="Address">Where the client connects from.</param>
/// <param name="Tag">The password's tag.</param>
/// <param name="HasPriority">Whether it is one of the first few pending attempts from the account's known addresses.</param>
internal readonly record struct LoginAttempt(AttemptSource Source, AddressBlock Address, ulong Tag, bool HasPriority = false);
