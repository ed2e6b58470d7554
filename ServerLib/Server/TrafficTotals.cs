using ServerLib.Connections;

namespace ServerLib.Server;

/// <summary>What the server has done since it started.</summary>
internal struct TrafficTotals
{
    private long _messagesReceived;
    private long _bytesReceived;
    private long _messagesSent;
    private long _bytesSent;

    public long Logins { get; set; }

    public long FailedLogins { get; set; }

    public long Refusals { get; set; }

    public void Add(TrafficDelta delta)
    {
        _messagesReceived += delta.MessagesReceived;
        _bytesReceived += delta.BytesReceived;
        _messagesSent += delta.MessagesSent;
        _bytesSent += delta.BytesSent;
    }

    /// <summary>The totals on the way from these to later ones, after some of the steps.</summary>
    public readonly TrafficTotals Towards(TrafficTotals later, int step, int steps) => new()
    {
        Logins = Between(Logins, later.Logins, step, steps),
        FailedLogins = Between(FailedLogins, later.FailedLogins, step, steps),
        Refusals = Between(Refusals, later.Refusals, step, steps),
        _messagesReceived = Between(_messagesReceived, later._messagesReceived, step, steps),
        _bytesReceived = Between(_bytesReceived, later._bytesReceived, step, steps),
        _messagesSent = Between(_messagesSent, later._messagesSent, step, steps),
        _bytesSent = Between(_bytesSent, later._bytesSent, step, steps),
    };

    /// <summary>The sample of the second between earlier totals and these.</summary>
    public readonly TrafficSample Since(TrafficTotals earlier, DateTimeOffset time, int connections, int loggedIn) => new(time)
    {
        Connections = connections,
        LoggedIn = loggedIn,
        Logins = (int)(Logins - earlier.Logins),
        FailedLogins = (int)(FailedLogins - earlier.FailedLogins),
        Refusals = (int)(Refusals - earlier.Refusals),
        MessagesReceived = _messagesReceived - earlier._messagesReceived,
        BytesReceived = _bytesReceived - earlier._bytesReceived,
        MessagesSent = _messagesSent - earlier._messagesSent,
        BytesSent = _bytesSent - earlier._bytesSent,
    };

    private static long Between(long earlier, long later, int step, int steps) => earlier + (later - earlier) * step / steps;
}
