using System.Net;
using ServerLib.Files;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib;

/// <summary>Selects entries of the audit trail. An entry has to match all properties that are set.</summary>
public sealed record AuditFilter
{
    /// <summary>The user or thing that entries are about. Names are compared as at a login. Default any.</summary>
    public string? Name { get; init; }

    /// <summary>Who did it: <c>console</c> or an admin's name. Default anyone.</summary>
    public string? Actor { get; init; }

    /// <summary>The network of the client. IPv4 addresses that are mapped to IPv6 count as IPv4. Default any.</summary>
    public IPNetwork? Network
    {
        get;
        init
        {
            field = value;
            Addresses = value is { } network ? BlockOf(network.BaseAddress, network.PrefixLength) : null;
        }
    }

    /// <summary>Entries must not be earlier than this time. Default none.</summary>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Entries must be earlier than this time. Default none.</summary>
    public DateTimeOffset Until { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>The events. Default empty, which means all.</summary>
    public IReadOnlySet<AuditEvent> Events { get; init; } = new HashSet<AuditEvent>();

    /// <summary>The value of <see cref="Network"/> in the form that entries are compared with.</summary>
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
