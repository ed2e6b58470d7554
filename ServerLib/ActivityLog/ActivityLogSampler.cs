using ServerLib.RateLimiting;

namespace ServerLib.ActivityLog;

/// <summary>
/// What strangers bring about has a line each in the activity log, as <see cref="AddressLogSampler"/> has it; of what is too much the number is
/// told once a minute, so that nobody drives out of the log what else there is.
/// </summary>
/// <param name="log">The activity log.</param>
/// <param name="time">The clock.</param>
/// <param name="others">What those are that have none, in the plural.</param>
internal sealed class ActivityLogSampler(ILog log, TimeProvider time, string others)
{
    private readonly AddressLogSampler _limit = new(time);
    private readonly LogSampler _held = new(TimeSpan.FromMinutes(1), time);

    /// <summary>Counts one more.</summary>
    /// <param name="from">Where it came from.</param>
    /// <returns>Whether it is to have lines of its own.</returns>
    public bool TryTake(AddressBlock from)
    {
        if (_limit.TryTake(from, ""))
            return true;
        if (_held.AddAndReport(out long count) && _limit.TakeHeldBack() is [var most, ..])
            log.Logging($"[ ALERT ] {count} {others} without a line of their own, {most.Count} of them from {most.From}");
        return false;
    }

    /// <summary>Takes one back that had its lines and was no stranger's after all.</summary>
    /// <param name="from">Where it came from.</param>
    public void GiveBack(AddressBlock from) => _limit.GiveBack(from);
}
