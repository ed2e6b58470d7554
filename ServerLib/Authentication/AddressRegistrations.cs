namespace ServerLib;

/// <summary>The accounts that an address has registered recently.</summary>
/// <param name="Addresses">The address, or the range that counts as one address, such as <c>2001:db8::/64</c>.</param>
/// <param name="Registered">
/// The number of accounts that still count. It decreases step by step, and is zero an hour after the last registration.
/// </param>
/// <param name="Remaining">How long the next registration has to wait; zero if it does not.</param>
public sealed record AddressRegistrations(string Addresses, int Registered, TimeSpan Remaining);
