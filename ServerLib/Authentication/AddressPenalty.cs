namespace ServerLib;

/// <summary>What an address has coming for failed logins, malformed frames and the like.</summary>
/// <param name="Addresses">The address, or the range of them that counts as one, such as <c>2001:db8::/64</c>.</param>
/// <param name="Remaining">How long until it is counted down.</param>
/// <param name="IsRefused">Whether it is refused until then; one that has little coming is not.</param>
public sealed record AddressPenalty(string Addresses, TimeSpan Remaining, bool IsRefused);
