using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>An attempt that is under way.</summary>
/// <param name="Source">Whose it is.</param>
/// <param name="Address">From where it came.</param>
/// <param name="Tag">The password's.</param>
/// <param name="HasPriority">Whether it is one of the first few at once of an account from where that has logged in before.</param>
internal readonly record struct LoginAttempt(AttemptSource Source, AddressBlock Address, ulong Tag, bool HasPriority = false);
