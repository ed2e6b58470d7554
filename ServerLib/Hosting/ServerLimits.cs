namespace ServerLib;

/// <summary>How many connections, messages and bytes the server accepts (configuration section <c>ServerLib:Limits</c>).</summary>
public sealed class ServerLimits
{
    /// <summary>The number of simultaneous connections, logged in or not, 1 or more. Default 10,000.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// The number of simultaneous connections from one address, 1 or more. IPv6 addresses with the same first 64 bits count as one
    /// address. Connections from this machine are not counted (<see cref="ExemptLoopback"/>). Default 256.
    /// </summary>
    public int MaxConnectionsPerAddress { get; set; } = 256;

    /// <summary>
    /// The number of connections that have not logged in, in the format of sshd's <c>MaxStartups</c>. Default <c>100:30:1000</c>: from 100
    /// on, 30 % of new connections are refused; the share grows to all at 1000. The first four connections from a known address (one from
    /// which a user has logged in before) are always accepted, and connections from this machine are not counted (<see cref="ExemptLoopback"/>).
    /// </summary>
    public RandomEarlyDrop MaxUnauthenticated { get; set; } = new(100, 30, 1000);

    /// <summary>
    /// The number of connections from one address that have not logged in, 1 or more (sshd's <c>PerSourceMaxStartups</c>). Addresses are
    /// counted as for <see cref="MaxConnectionsPerAddress"/>. Default 16.
    /// </summary>
    public int MaxUnauthenticatedPerAddress { get; set; } = 16;

    /// <summary>
    /// The number of simultaneous sessions of one user, 1 or more. A login beyond it is told to try again; existing sessions stay, except those
    /// that do not answer a ping within five seconds. Default 10.
    /// </summary>
    public int MaxSessionsPerUser { get; set; } = 10;

    /// <summary>
    /// The number of frames that a user may send per second, 0 to 1,000,000. All sessions of a user share it. A frame counts once for each
    /// KiB; frames that are expensive for the server count several times. Beyond the limit the server reads more slowly; nothing is lost.
    /// Default 0: no limit. The default of the program <c>serverlib</c> is 50.
    /// </summary>
    public int MaxMessageRate { get; set; }

    /// <summary>
    /// The number of frames that a user may send at once after a pause, 1 to 1,000,000, counted as for <see cref="MaxMessageRate"/>.
    /// A single frame that counts for more is still read. Default 500: half a MiB, which fits into the default of
    /// <see cref="MaxQueuedBytes"/>.
    /// </summary>
    public int MaxMessageBurst { get; set; } = 500;

    /// <summary>
    /// The largest frame that a client may send after login, in bytes, 4 KiB to 16 MiB. What the server may send is up to the client
    /// (<c>maxFrame</c> in LOGIN, <c>ServerClientOptions.MaxFrameSize</c>), and bounded by <see cref="MaxQueuedBytes"/>. Default 64 KiB.
    /// </summary>
    public int MaxFrameSize { get; set; } = 64 * 1024;

    /// <summary>
    /// The number of bytes that may be queued for a slow reader, 4 KiB or more. A connection with more is closed. A larger frame is not sent
    /// at all: sending it to one client throws. Default 1 MiB.
    /// </summary>
    public int MaxQueuedBytes { get; set; } = 1024 * 1024;

    /// <summary>The number of the server's requests that one client may leave unanswered, 1 or more. Default 64.</summary>
    public int MaxOutstandingRequests { get; set; } = 64;

    /// <summary>The number of groups that one connection may join, 0 or more. Default 100.</summary>
    public int MaxGroupsPerConnection { get; set; } = 100;

    /// <summary>
    /// The largest number of connections in a <see cref="ChatRoom"/> that still announces who joins and leaves, 0 or more. Default 1,000.
    /// </summary>
    public int MaxAnnounced { get; set; } = 1_000;

    /// <summary>
    /// Whether connections from this machine (loopback addresses) are exempt from limits per address, limits for connections that have not
    /// logged in, penalties and limits of registrations. Set it to <see langword="false"/> if a proxy or tunnel on this machine forwards
    /// connections of other machines: to the server, these are local, and all have the proxy's address. Then put the proxy's limits in
    /// front, and raise <see cref="MaxConnectionsPerAddress"/> and <see cref="MaxUnauthenticatedPerAddress"/>. Default
    /// <see langword="true"/>, so that a flood from outside cannot lock out an admin on the machine.
    /// </summary>
    public bool ExemptLoopback { get; set; } = true;

    /// <summary>The time without a message after which a client is disconnected. Default zero: never.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// The time without data after which a connection is probed by TCP, and a compact client is pinged. A client that does not answer
    /// within the same time again is disconnected. On Linux, so is a client that acknowledges or reads nothing for twice this time while
    /// data waits for it; on other systems, their own timeout applies to that. Zero turns all of this off. Default 60 seconds.
    /// </summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(60);
}
