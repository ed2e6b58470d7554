namespace ServerLib.Server;

/// <summary>What the server has done since it started.</summary>
internal struct TrafficTotals
{
    public long Logins { get; set; }

    public long FailedLogins { get; set; }

    public long Refusals { get; set; }

    public long MessagesReceived { get; set; }

    public long BytesReceived { get; set; }

    public long MessagesSent { get; set; }

    public long BytesSent { get; set; }

    /// <summary>The totals on the way from these to later ones, after some of the steps.</summary>
    public readonly TrafficTotals Towards(TrafficTotals later, int step, int steps) => new()
    {
        Logins = Between(Logins, later.Logins, step, steps),
        FailedLogins = Between(FailedLogins, later.FailedLogins, step, steps),
        Refusals = Between(Refusals, later.Refusals, step, steps),
        MessagesReceived = Between(MessagesReceived, later.MessagesReceived, step, steps),
        BytesReceived = Between(BytesReceived, later.BytesReceived, step, steps),
        MessagesSent = Between(MessagesSent, later.MessagesSent, step, steps),
        BytesSent = Between(BytesSent, later.BytesSent, step, steps),
    };

    /// <summary>The sample of the second between earlier totals and these.</summary>
    public readonly TrafficSample Since(TrafficTotals earlier, DateTimeOffset time, int connections, int loggedIn) => new(time)
    {
        Connections = connections,
        LoggedIn = loggedIn,
        Logins = (int)(Logins - earlier.Logins),
        FailedLogins = (int)(FailedLogins - earlier.FailedLogins),
        Refusals = (int)(Refusals - earlier.Refusals),
        MessagesReceived = MessagesReceived - earlier.MessagesReceived,
        BytesReceived = BytesReceived - earlier.BytesReceived,
        MessagesSent = MessagesSent - earlier.MessagesSent,
        BytesSent = BytesSent - earlier.BytesSent,
    };

    private static long Between(long earlier, long later, int step, int steps) => earlier + (later - earlier) * step / steps;
}
