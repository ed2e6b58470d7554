using System.Collections.Concurrent;
using ServerLib.RateLimiting;

namespace ServerLib.Diagnostics;

/// <summary>
/// Passes at most one failure a second of each method and handler of the application to the log, because a client that finds a way to make one
/// fail can repeat it.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class FailureSampler(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, LogSampler> _samplers = new(StringComparer.Ordinal);

    /// <summary>Counts a failure.</summary>
    /// <param name="name">The name of the method, event or handler. It comes from the application, so there are only a few.</param>
    /// <param name="count">The number of failures since the last one that passed, this one included.</param>
    /// <returns>Whether to log it.</returns>
    public bool TryPass(string name, out long count) => _samplers.GetOrAdd(name, _ => new LogSampler(Interval, time)).TryPass(out count);
}
