using Microsoft.Extensions.Logging;
using ServerLib.RateLimiting;

namespace ServerLib.Diagnostics;

/// <summary>
/// Gives events that unknown clients can cause their own lines in the activity log, up to the limits of <see cref="AddressLogSampler"/>.
/// Writes the number of the others once a minute, so that a flood does not displace other lines.
/// </summary>
/// <param name="log">The activity log.</param>
/// <param name="time">The clock.</param>
/// <param name="events">What the events are called in that line, in the plural.</param>
internal sealed class ActivityLogSampler(IStructuredLog log, TimeProvider time, string events)
{
    private readonly AddressLogSampler _lines = new(time);
    private readonly LogSampler _summaries = new(TimeSpan.FromMinutes(1), time);

    /// <summary>Counts an event.</summary>
    /// <param name="from">Where it came from.</param>
    /// <returns>Whether to write its own lines.</returns>
    public bool TryPass(AddressBlock from)
    {
        if (_lines.TryPass(from, name: ""))
            return true;
        if (_summaries.TryPass(out long count) && _lines.TakeSuppressed() is [var most, ..])
        {
            log.Logging(new ActivityEntry(
                $"[ ALERT ] {events} without a line of their own: {count}, {most.Count} of them from {most.From}",
                LogLevel.Warning,
                [new("event", "suppressed"), new("count", count), new("address", $"{most.From}")]));
        }

        return false;
    }

    /// <summary>Undoes a successful <see cref="TryPass"/>, because the client has turned out to be a user.</summary>
    /// <param name="from">Where the event came from.</param>
    public void Refund(AddressBlock from) => _lines.Refund(from);
}
