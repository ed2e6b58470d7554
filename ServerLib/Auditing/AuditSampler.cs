using System.Collections.Frozen;
using System.Globalization;
using ServerLib.Files;
using ServerLib.RateLimiting;

namespace ServerLib.Auditing;

/// <summary>
/// Limits the entries that unknown clients can cause without end, and adds up the others: every ten minutes there is an entry for each of
/// the addresses with the most, and one for all others. Thread-safe.
/// </summary>
internal sealed class AuditSampler : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan SummaryInterval = TimeSpan.FromMinutes(10);

    private readonly AuditWriter _writer;
    private readonly ITimer _timer;

    // Each event has its own limit, so that a flood of one does not hide another.
    private readonly FrozenDictionary<AuditEvent, AddressLogSampler> _samplers;

    public AuditSampler(AuditWriter writer, TimeProvider time)
    {
        _writer = writer;
        _samplers = ((AuditEvent[])[AuditEvent.FailedLogin, AuditEvent.AccountDelayed, AuditEvent.Penalty])
            .ToFrozenDictionary(what => what, _ => new AddressLogSampler(time));
        _timer = time.CreateTimer(_ => WriteSummary(), null, SummaryInterval, SummaryInterval);
    }

    /// <summary>Counts an entry.</summary>
    /// <returns>Whether to write it.</returns>
    public bool TryPass(AuditEvent what, string name, string address) =>
        !_samplers.TryGetValue(what, out AddressLogSampler? sampler)
        || sampler.TryPass(AddressText.BlockOf(address), AuditWriter.Cut(name, AuditTrail.MaxNameLength));

    /// <summary>Writes the number of entries since the last summary that were not written one by one.</summary>
    public void WriteSummary()
    {
        foreach ((AuditEvent what, AddressLogSampler sampler) in _samplers)
        {
            foreach (SuppressedEntries entries in sampler.TakeSuppressed())
                _writer.Append(what, entries.Name ?? "", entries.From is { } from ? AddressText.From(from) : "", "", DetailOf(entries));
        }
    }

    /// <summary>Writes a last summary.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        WriteSummary();
    }

    /// <summary>Writes a last summary.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        WriteSummary();
    }

    private static string DetailOf(SuppressedEntries entries) => string.Create(
        CultureInfo.InvariantCulture,
        $"{entries.Count} more since {entries.Since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}{(entries.From is null ? " from other addresses" : "")}"
        + $"{(entries.Name is null ? ", of several names" : "")}");
}
