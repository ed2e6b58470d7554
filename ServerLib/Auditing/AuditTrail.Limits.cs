using System.Collections.Frozen;
using System.Globalization;
using ServerLib.Files;
using ServerLib.RateLimiting;

namespace ServerLib;

/// <content>What strangers can bring about without end is written down one by one only so far, and summed up beyond it.</content>
public sealed partial class AuditTrail
{
    private static readonly TimeSpan SumUpEvery = TimeSpan.FromMinutes(10);

    // Each has its own, so that none is hidden behind another.
    private static readonly AuditEvent[] Limited = [AuditEvent.FailedLogin, AuditEvent.Lockout, AuditEvent.Penalty];

    private readonly FrozenDictionary<AuditEvent, AddressLogSampler> _limits;

    /// <summary>Writes how many entries were held back, one for each of the addresses with the most and one for all others.</summary>
    internal void SumUp()
    {
        foreach ((AuditEvent what, AddressLogSampler limit) in _limits)
        {
            foreach (SuppressedEntries held in limit.TakeSuppressed())
                Append(what, held.Name ?? "", held.From is { } from ? AddressText.From(from) : "", "", DetailOf(held));
        }
    }

    private bool IsHeldBack(AuditEvent what, string name, string address) =>
        _limits.TryGetValue(what, out AddressLogSampler? limit) && !limit.TryPass(AddressText.BlockOf(address), Cut(name, MaxName));

    private static string DetailOf(SuppressedEntries held) => string.Create(
        CultureInfo.InvariantCulture,
        $"{held.Count} more since {held.Since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}{(held.From is null ? " from other addresses" : "")}"
        + $"{(held.Name is null ? ", of several names" : "")}");
}
