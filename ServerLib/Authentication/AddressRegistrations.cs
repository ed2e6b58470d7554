namespace ServerLib;

/// <summary>The accounts that an address has registered within the hour, and how long the next has to wait.</summary>
/// <param name="Addresses">The address, or the range of them that counts as one, such as <c>2001:db8::/64</c>.</param>
/// <param name="Registered">How many there are; they count down one by one, and are gone after an hour.</param>
/// <param name="Remaining">How long the next has to wait; zero when it needn't.</param>
public sealed record AddressRegistrations(string Addresses, int Registered, TimeSpan Remaining);
