using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>Where attempts at an account come from: one of its known addresses, or any other address.</summary>
/// <param name="Account">The account's key.</param>
/// <param name="From">The known address; <see langword="null"/> for all other addresses together.</param>
internal readonly record struct AttemptSource(string Account, AddressBlock? From);
