namespace ServerLib;

/// <summary>The penalty of an address for failed logins, malformed frames and the like.</summary>
/// <param name="Addresses">The address, or the range that counts as one address, such as <c>2001:db8::/64</c>.</param>
/// <param name="Remaining">The time until the penalty ends.</param>
/// <param name="IsRefused">Whether the server refuses the address until then. A small penalty has no effect yet.</param>
public sealed record AddressPenalty(string Addresses, TimeSpan Remaining, bool IsRefused);
