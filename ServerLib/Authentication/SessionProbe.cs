using System.Collections.Concurrent;
using System.Net.Sockets;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Authentication;

/// <summary>
/// Finds out which sessions of a user are dead when the user has too many. Half-open connections would otherwise keep the user out until the
/// keep-alive finds them.
/// </summary>
/// <param name="ledger">The connected users.</param>
/// <param name="keepAlive">How long a session is usually silent before TCP probes it; zero for never.</param>
/// <param name="time">The clock.</param>
internal sealed class SessionProbe(IConnectionLedger ledger, TimeSpan keepAlive, TimeProvider time)
{
    /// <summary>How long a session has to answer.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, byte> _running = new(StringComparer.Ordinal);

    /// <summary>
    /// Pings the user's compact sessions, and lets TCP probe the classic ones. Ends those that do not answer. Only one probe of a user runs at
    /// a time.
    /// </summary>
    /// <param name="username">The user's name.</param>
    public void Start(string username)
    {
        string user = UserName.Key(username) ?? username;
        if (_running.TryAdd(user, 0))
            _ = RunAsync(user);
    }

    private async Task RunAsync(string user)
    {
        try
        {
            long start = time.GetTimestamp();
            Connection[] sessions = [.. ledger.Find(user)];
            Connection[] pinged = [.. sessions.Where(session => session.Writer.SendFrame(FrameType.Ping, []) != SendOutcome.Dropped)];
            Connection[] classic = keepAlive > TimeSpan.Zero ? [.. sessions.Where(session => session.IsClassic)] : [];
            SetProbes(classic, Interval);
            await Task.Delay(Deadline, time).ConfigureAwait(false);
            SetProbes(classic, keepAlive);

            // Where nothing is read, silence means nothing.
            IEnumerable<Connection> dead = pinged
                .Where(session => session.Activity.LastReceived <= start && session.Link.IsReading)
                .Concat(classic.Where(session => IsDead(session.Link.Transport)));
            foreach (Connection session in dead)
                session.End(DisconnectReason.ConnectionLost);
        }
        finally
        {
            _running.TryRemove(user, out _);
        }
    }

    /// <summary>One lost packet, or a peer that does not read, is no sign of a dead session.</summary>
    private static bool IsDead(TransportConnection transport) => transport.SinceLastAck >= Deadline - Interval && transport.Unacknowledged > 1;

    private static void SetProbes(Connection[] sessions, TimeSpan interval)
    {
        foreach (Connection session in sessions)
        {
            try
            {
                if (session.Link.Transport.Socket is { } socket)
                    TcpKeepAlive.SetProbes(socket, interval);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The session has ended.
            }
        }
    }
}
