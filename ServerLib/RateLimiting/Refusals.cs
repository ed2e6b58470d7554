using System.Net;
using ServerLib.Diagnostics;

namespace ServerLib.RateLimiting;

/// <summary>Counts the connections that are refused at accept, by reason, and sums them up in the activity log.</summary>
internal sealed class Refusals(ILog log, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly LogSampler _banned = new(Every, time);
    private readonly LogSampler _penalized = new(Every, time);
    private readonly LogSampler _full = new(Every, time);
    private readonly LogSampler _fromAddress = new(Every, time);
    private readonly LogSampler _unauthenticated = new(Every, time);
    private readonly LogSampler _unauthenticatedFromAddress = new(Every, time);

    /// <summary>One more was refused.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="from">Where it came from.</param>
    public void Add(DisconnectReason reason, EndPoint from)
    {
        ServerMetrics.Refused(reason);
        (LogSampler tally, string why) = reason switch
        {
            DisconnectReason.Banned => (_banned, "banned addresses"),
            DisconnectReason.Penalized => (_penalized, "penalized addresses"),
            DisconnectReason.TooManyFromAddress => (_fromAddress, "too many from one address (MaxConnectionsPerAddress)"),
            DisconnectReason.TooManyUnauthenticated => (_unauthenticated, "too many have not logged in yet (MaxUnauthenticated)"),
            DisconnectReason.TooManyUnauthenticatedFromAddress =>
                (_unauthenticatedFromAddress, "too many from one address have not logged in yet (MaxUnauthenticatedPerAddress)"),
            _ => (_full, "server is full"),
        };
        if (tally.TryPass(out long count))
            log.Logging($"[ ALERT ] {why}: {count} connections refused, the last one @{from}");
    }
}
