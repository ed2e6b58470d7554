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
    DateTimeOffset Time, AuditEvent Event, string Name, string Address, string Actor = "", string Detail = "");
