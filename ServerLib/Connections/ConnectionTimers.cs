using ServerLib.Transport;

namespace ServerLib.Connections;

/// <summary>The timers that end a connection during its login.</summary>
internal static class ConnectionTimers
{
    private static readonly TimeSpan DisconnectCheckInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Ends the connection <paramref name="time"/> after it was accepted, unless the timer is disposed first.</summary>
    public static ITimer EndAfter(this Connection connection, TimeSpan time, DisconnectReason reason)
    {
        TimeProvider clock = connection.Settings.Time;
        TimeSpan left = connection.ConnectedAt + time - clock.GetUtcNow();
        return clock.CreateTimer(_ => connection.End(reason), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Ends the connection if its client disconnects while nobody reads. Otherwise a client that has disconnected would keep its place among
    /// those that wait for a computation.
    /// </summary>
    public static ITimer WatchForEnd(this Connection connection) => connection.Settings.Time.CreateTimer(
        static state => EndIfDisconnected((Connection)state!), connection, DisconnectCheckInterval, DisconnectCheckInterval);

    private static void EndIfDisconnected(Connection connection)
    {
        if (connection.CSocket is { } socket && DisconnectDetector.HasDisconnected(socket))
            connection.End(DisconnectReason.ConnectionLost);
    }
}
