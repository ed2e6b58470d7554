namespace ServerLib;

/// <summary>
/// What the audit trail holds of one event. The texts are as they came, names that strangers have tried among them: escape them before
/// they go to a terminal.
/// </summary>
/// <param name="Time">When it happened, to the millisecond.</param>
/// <param name="Event">What happened.</param>
/// <param name="Name">Whom or what it is about; for a failed login, the name that was tried.</param>
/// <param name="Address">From where, as far as that is known.</param>
/// <param name="Actor">Who did it: <c>console</c>, or an admin's name; empty for the one it is about.</param>
/// <param name="Detail">What else there is to say.</param>
public sealed record AuditEntry(
    DateTimeOffset Time, AuditEvent Event, string Name, string Address, string Actor = "", string Detail = "")
{
    /// <summary>
    /// Its place in the trail, which no other has, counted from 1: what <see cref="AuditCheck.FirstBad"/> says, and what stands before the
    /// colon of a head.
    /// </summary>
    public long Number { get; init; }

    /// <summary>
    /// Its SHA-256, 64 hexadecimal digits in small letters, as it is stored; <see langword="null"/> for one from before there were any.
    /// </summary>
    public string? Hash { get; init; }
}
