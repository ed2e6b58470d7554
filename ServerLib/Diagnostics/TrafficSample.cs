namespace ServerLib;

/// <summary>What a server did in one second.</summary>
/// <param name="Time">The end of the second.</param>
public readonly record struct TrafficSample(DateTimeOffset Time)
{
    /// <summary>The number of connections, logged in or not.</summary>
    public int Connections { get; init; }

    /// <summary>The number of connections that are logged in.</summary>
    public int LoggedIn { get; init; }

    /// <summary>The logins that were accepted.</summary>
    public int Logins { get; init; }

    /// <summary>The logins that were refused, for whatever reason.</summary>
    public int FailedLogins { get; init; }

    /// <summary>The connections that were closed at accept.</summary>
    public int Refusals { get; init; }

    /// <summary>The messages, requests and calls from clients.</summary>
    public long MessagesReceived { get; init; }

    /// <summary>The messages and answers that were sent to clients, or queued for them. A message to many counts once for each recipient.</summary>
    public long MessagesSent { get; init; }

    /// <summary>The bytes in the bodies of the messages from clients.</summary>
    public long BytesReceived { get; init; }

    /// <summary>The bytes to clients that the operating system has accepted, without those of TLS.</summary>
    public long BytesSent { get; init; }
}
