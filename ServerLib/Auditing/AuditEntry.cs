namespace ServerLib;

/// <summary>
/// An entry of the audit trail. The texts may contain anything, such as names that unknown clients have sent: escape them before you print
/// them to a terminal.
/// </summary>
/// <param name="Time">When it happened, exact to milliseconds.</param>
/// <param name="Event">What happened.</param>
/// <param name="Name">The user or thing it is about; for a failed login, the name that the client gave.</param>
/// <param name="Address">The client's address, if known.</param>
/// <param name="Actor">Who did it: <c>console</c> or an admin's name; empty if it was the user of <paramref name="Name"/>.</param>
/// <param name="Detail">Further details.</param>
public sealed record AuditEntry(
    DateTimeOffset Time, AuditEvent Event, string Name, string Address, string Actor = "", string Detail = "")
{
    /// <summary>The entry's unique number, counted from 1. It is the first part of a head.</summary>
    public long Number { get; init; }

    /// <summary>
    /// The entry's SHA-256 as it is stored: 64 lower-case hexadecimal digits. <see langword="null"/> if an early version wrote the entry
    /// without a hash.
    /// </summary>
    public string? Hash { get; init; }
}
