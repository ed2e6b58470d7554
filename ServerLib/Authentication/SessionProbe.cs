using System.Collections.Concurrent;
using ServerLib.Protocol;

namespace ServerLib.Authentication;

/// <summary>
/// Finds out which sessions of a user are dead when the user has too many. Half-open connections would otherwise keep the user out until the
/// keep-alive finds them.
/// </summary>
/// <param name="ledger">The connected users.</param>
/// <param name="time">The clock.</param>
internal sealed class SessionProbe(IConnectionLedger ledger, TimeProvider time)
{
    /// <summary>How long a session has to answer.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, byte> _running = new(StringComparer.Ordinal);

    /// <summary>Pings the user's compact sessions, and ends those that do not answer. Only one probe of a user runs at a time.</summary>
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
            Connection[] probed =
                [.. ledger.Find(user).Where(session => session.Writer.SendFrame(FrameType.Ping, []) != SendOutcome.Dropped)];
            await Task.Delay(Deadline, time).ConfigureAwait(false);
            foreach (Connection session in probed)
            {
                // Where nothing is read, silence means nothing.
                if (session.Activity.LastReceived <= start && session.Link.IsReading)
                    session.End(DisconnectReason.ConnectionLost);
            }
        }
        finally
        {
            _running.TryRemove(user, out _);
        }
    }
}
