namespace ServerLib;

/// <summary>The wrong passwords for an account from one source, and the delay that follows from them.</summary>
/// <param name="Account">The account's name in the form in which names are compared. There may be no such account.</param>
/// <param name="From">
/// The address that the passwords came from, if the account has logged in from there before; <see langword="null"/> for all other addresses
/// together.
/// </param>
/// <param name="WrongPasswords">The number of different wrong passwords in a row.</param>
/// <param name="Remaining">How long the next attempt has to wait; zero if it does not.</param>
public sealed record AccountDelay(string Account, string? From, int WrongPasswords, TimeSpan Remaining);
