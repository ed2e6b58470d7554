using System.Net;
using ServerLib.Files;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib;

/// <summary>Which entries of the audit trail somebody wants to see; what is not given is not asked for.</summary>
public sealed record AuditFilter
{
    /// <summary>Whom they are about; names are compared as at a login. Default anyone.</summary>
    public string? Name { get; init; }

    /// <summary>Who did it: <c>console</c>, or an admin's name. Default anyone.</summary>
    public string? Actor { get; init; }

    /// <summary>From where; IPv4 addresses that are mapped into IPv6 are IPv4. Default anywhere.</summary>
    public IPNetwork? Network
    {
        get;
        init
        {
            field = value;
            Addresses = value is { } network ? BlockOf(network.BaseAddress, network.PrefixLength) : null;
        }
    }

    /// <summary>The oldest time. Default as old as there are.</summary>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The time before which they have to be. Default any.</summary>
    public DateTimeOffset Until { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Which events; empty, as by default, for all.</summary>
    public IReadOnlySet<AuditEvent> Events { get; init; } = new HashSet<AuditEvent>();

    /// <summary>The same as <see cref="Network"/>.</summary>
    internal AddressBlock? Addresses { get; init; }

    internal bool Matches(AuditEntry entry) =>
        entry.Time >= Since
        && entry.Time < Until
        && (Events.Count == 0 || Events.Contains(entry.Event))
        && (Name is null || UserName.Same(Name, entry.Name))
        && (Actor is null || UserName.Same(Actor, entry.Actor))
        && (Addresses is not { } addresses || (AddressText.Read(entry.Address) is { } address && addresses.Contains(address)));

    private static AddressBlock BlockOf(IPAddress first, int prefix) =>
        AddressBlock.Of(first, first.IsIPv4MappedToIPv6 ? prefix - 96 : prefix, prefix);
}
