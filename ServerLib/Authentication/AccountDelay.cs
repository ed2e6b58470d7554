using ServerLib.Authentication;

namespace ServerLib;

/// <summary>The wrong passwords that somebody has tried for an account, and how long the next attempt has to wait.</summary>
/// <param name="Account">The name, in the form in which names are compared. There may be no such account.</param>
/// <param name="From">
/// The addresses that they came from, where the account has logged in from there before; <see langword="null"/> for all others together.
/// </param>
/// <param name="WrongPasswords">How many different ones there were in a row.</param>
/// <param name="Remaining">How long the next has to wait; zero when it needn't.</param>
public sealed record AccountDelay(string Account, string? From, int WrongPasswords, TimeSpan Remaining);
