using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>Who guesses at an account: somebody at addresses from which it has logged in before, or (without those) anybody else.</summary>
internal readonly record struct AttemptSource(string Account, AddressBlock? From);
