using System.Net;
using Microsoft.Extensions.Logging;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Diagnostics;

/// <summary>A line of the activity log that events of one kind share: the first is written at once, the others are counted.</summary>
/// <param name="log">The activity log.</param>
/// <param name="time">The clock.</param>
/// <param name="interval">The time from one line to the next.</param>
/// <param name="name">The event's name, for programs that read the log.</param>
/// <param name="format">Makes the line of the number of events and of the last one's source.</param>
internal sealed class SharedLine(IStructuredLog log, TimeProvider time, TimeSpan interval, string name, Func<long, string, string> format)
{
    private readonly LogSampler _sampler = new(interval, time);

    /// <summary>Counts an event, and writes the line when it is due.</summary>
    /// <param name="from">The end point that caused the event.</param>
    /// <param name="username">The name that the client gave, if it gave one.</param>
    public void Add(EndPoint? from, string? username = null)
    {
        if (!_sampler.TryPass(out long count))
            return;
        string last = username is null ? $"@{from}" : Describe(from, username);
        log.Logging(new ActivityEntry(format(count, last), LogLevel.Warning, [new("event", name), new("count", count), .. Members(from, username)]));
    }

    /// <summary>How lines describe a login attempt.</summary>
    public static string Describe(EndPoint? from, string username) => $"@{from}: Alias - {UserName.Shown(username)}";

    /// <summary>The members of entries about a client that has not logged in.</summary>
    public static IEnumerable<KeyValuePair<string, object>> Members(EndPoint? from, string? username)
    {
        if (from is not null)
            yield return new("address", from);
        if (username is not null)
            yield return new("user", UserName.Shown(username));
    }
}
