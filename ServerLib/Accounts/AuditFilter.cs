using ServerLib.Admission;
using ServerLib.Wire;

namespace ServerLib.Accounts;

/// <summary>Which entries of the audit trail somebody wants to see; what is not given is not asked for.</summary>
internal sealed record AuditFilter
{
    /// <summary>Whom they are about; names are compared as at a login.</summary>
    public string? Name { get; init; }

    /// <summary>Who did it.</summary>
    public string? Actor { get; init; }

    /// <summary>From where.</summary>
    public AddressBlock? Addresses { get; init; }

    /// <summary>The oldest time.</summary>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The time before which they have to be.</summary>
    public DateTimeOffset Until { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Which events; empty for all.</summary>
    public IReadOnlySet<AuditEvent> Events { get; init; } = new HashSet<AuditEvent>();

    public bool Matches(AuditEntry entry) =>
        entry.Time >= Since
        && entry.Time < Until
        && (Events.Count == 0 || Events.Contains(entry.Event))
        && (Name is null || UserName.Same(Name, entry.Name))
        && (Actor is null || UserName.Same(Actor, entry.Actor))
        && (Addresses is not { } addresses || (AddressText.Read(entry.Address) is { } address && addresses.Contains(address)));
}
