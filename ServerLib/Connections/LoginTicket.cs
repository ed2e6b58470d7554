namespace ServerLib;

/// <summary>A ticket with which a client logs in again, without a password. The server has verified it.</summary>
/// <param name="Alias">The account's name as registered.</param>
/// <param name="IssuedAt">When the server issued it.</param>
/// <param name="LastLogin">When the user last logged in by password or key.</param>
public sealed record LoginTicket(string Alias, DateTimeOffset IssuedAt, DateTimeOffset LastLogin);
