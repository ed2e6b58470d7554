using ServerLib.Hosting;

namespace ServerLib;

/// <summary>How many connections, messages and bytes the server accepts (configuration section <c>ServerLib:Limits</c>).</summary>
public sealed class ServerLimits
{
    /// <summary>
    /// The maximum number of simultaneous connections, logged in or not, 1 or more. Sessions whose connection is lost count, too: while they
    /// fill the server, their clients can resume them, and others cannot log in. Default 10,000.
    /// </summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// The maximum number of simultaneous connections from one address, 1 or more. IPv6 addresses with the same first 64 bits count as one
    /// address. Connections from this machine are not counted (<see cref="ExemptLoopback"/>). Default 256.
    /// </summary>
    public int MaxConnectionsPerAddress { get; set; } = 256;

    /// <summary>
    /// The maximum number of connections that have not logged in, in the format of sshd's <c>MaxStartups</c>. Default <c>100:30:1000</c>:
    /// if there are 100, the server refuses 30 % of new connections, at random. The share grows until all are refused at 1000. A known
    /// address is one from which a user has logged in before; its first four connections are always accepted. Connections from this machine
    /// are not counted (<see cref="ExemptLoopback"/>).
    /// </summary>
    public RandomEarlyDrop MaxUnauthenticated { get; set; } = new(100, 30, 1000);

    /// <summary>
    /// The maximum number of connections from one address that have not logged in, 1 or more (sshd's <c>PerSourceMaxStartups</c>).
    /// Addresses are counted as for <see cref="MaxConnectionsPerAddress"/>. Default 16.
    /// </summary>
    public int MaxUnauthenticatedPerAddress { get; set; } = 16;

    /// <summary>
    /// The maximum number of simultaneous sessions of one user, 1 or more. The answer to a further login is to try again later. Meanwhile
    /// the server pings the user's sessions, and ends those that do not answer within five seconds. Default 10.
    /// </summary>
    public int MaxSessionsPerUser { get; set; } = 10;

    /// <summary>
    /// The number of frames that a user may send per second, 0 to 1,000,000. All sessions of a user share this limit. A frame counts once
    /// for each KiB. Frames that are expensive for the server count several times. If a user sends more, the server reads more slowly, and
    /// no message is lost. Default 0: no limit. The default of the program <c>serverlib</c> is 50.
    /// </summary>
    public int MaxMessageRate { get; set; }

    /// <summary>
    /// The number of frames that a user may send at once after a pause, 1 to 1,000,000, counted as for <see cref="MaxMessageRate"/>.
    /// A single frame that counts for more is still read. Default 500: half a MiB, which fits into the default of
    /// <see cref="MaxQueuedBytes"/>.
    /// </summary>
    public int MaxMessageBurst { get; set; } = 500;

    /// <summary>
    /// The largest frame that a client may send after login, in bytes, 4 KiB to 16 MiB. The client decides how large the server's frames
    /// may be (<c>maxFrame</c> in LOGIN, <c>ServerClientOptions.MaxFrameSize</c>), up to <see cref="MaxQueuedBytes"/>. Default 64 KiB.
    /// </summary>
    public int MaxFrameSize { get; set; } = 64 * 1024;

    /// <summary>
    /// The number of bytes that may be queued for a client that reads slowly, 4 KiB or more. If more bytes are queued, the server closes
    /// the connection. It sends no frame that is larger than this; sending such a frame to one client throws. Default 1 MiB.
    /// </summary>
    public int MaxQueuedBytes { get; set; } = 1024 * 1024;

    /// <summary>The maximum number of requests from the server that one client has not answered yet, 1 or more. Default 64.</summary>
    public int MaxOutstandingRequests { get; set; } = 64;

    /// <summary>
    /// The number of calls of one connection that run at the same time, 1 to 1,000. With 1, calls run one after the other, and the next
    /// message of the connection waits until the call has ended. With more, the next messages are handled meanwhile, so calls may end in
    /// another order. Needed if a method calls its own client, and the client's method calls the server. Default 1.
    /// </summary>
    public int MaxConcurrentCalls { get; set; } = 1;

    /// <summary>The maximum number of groups that one connection may join, 0 or more. Default 100.</summary>
    public int MaxGroupsPerConnection { get; set; } = 100;

    /// <summary>
    /// The maximum number of connections at which a <see cref="ChatRoom"/> announces who joins and leaves, 0 or more. Default 1,000.
    /// </summary>
    public int MaxAnnounced { get; set; } = 1_000;

    /// <summary>
    /// Whether connections from this machine (loopback addresses) are exempt from limits per address, limits for connections that have not
    /// logged in, penalties and limits of registrations. Default <see langword="true"/>, so that a flood from outside cannot lock out an
    /// admin on this machine. Set it to <see langword="false"/> if a proxy or tunnel on this machine forwards connections from other
    /// machines: to the server, they are all local and have the same address. In this case, also limit connections in the proxy, and raise
    /// <see cref="MaxConnectionsPerAddress"/> and <see cref="MaxUnauthenticatedPerAddress"/>.
    /// </summary>
    [NeedsRestart]
    public bool ExemptLoopback { get; set; } = true;

    /// <summary>How long a client may send no message before the server disconnects it. Default zero: without a limit.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// How long a client may be silent before the server checks whether it is still there: with TCP keep-alive, and a compact client with a
    /// ping. If the client does not answer within the same time again, the server disconnects it. On Linux, the server also disconnects a
    /// client for which data waits if it acknowledges or reads nothing for twice this time. Other systems have their own timeout for this
    /// case. Zero turns all of this off. Default 60 seconds.
    /// </summary>
    [NeedsRestart]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(60);
}
