namespace ServerLib;

/// <summary>A connection whose client reads more slowly than the server sends.</summary>
/// <param name="Alias">The user's name; empty before the login.</param>
/// <param name="Address">The client's end point.</param>
/// <param name="QueuedBytes">The bytes that wait for the client to read.</param>
/// <param name="Age">How long something has been waiting, to the second.</param>
public sealed record SlowReader(string Alias, string Address, int QueuedBytes, TimeSpan Age);
