using ServerLib.Transport;

namespace ServerLib.Connections;

/// <summary>
/// Ends a connection whose client has disconnected or does not log in. A value, so that idle connections do not hold one.
/// </summary>
/// <param name="connection">The connection.</param>
internal readonly struct ConnectionTimers(Connection connection)
{
    private static readonly TimeSpan DisconnectCheckInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Ends a connection without a login <paramref name="time"/> after it was accepted, unless the timer is disposed first.</summary>
    public ITimer EndAfter(TimeSpan time, DisconnectReason reason)
    {
        TimeProvider clock = connection.Settings.Time;
        Connection ending = connection;

        // Before the login, no message has come since it was accepted. The clock may have been set meanwhile.
        TimeSpan left = time - connection.Activity.SinceMessage(connection.Settings.Time);
        return clock.CreateTimer(_ => ending.End(reason), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Ends the connection if its client disconnects while nobody reads. Otherwise a client that has disconnected would keep its place among
    /// those that wait for a computation.
    /// </summary>
    public ITimer WatchForEnd() => connection.Settings.Time.CreateTimer(
        static state => EndIfDisconnected((Connection)state!), connection, DisconnectCheckInterval, DisconnectCheckInterval);

    private static void EndIfDisconnected(Connection connection)
    {
        if (connection.Link.Transport.HasDisconnected)
            connection.End(DisconnectReason.ConnectionLost);
    }
}
