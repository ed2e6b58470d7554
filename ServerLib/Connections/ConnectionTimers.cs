using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Connections;

/// <summary>Ends connections of clients that are silent, have disconnected or do not log in.</summary>
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

    /// <summary>The time since the last byte came.</summary>
    public static TimeSpan SinceLastHeard(this Connection connection) =>
        connection.Settings.Time.GetElapsedTime(connection.Activity.LastReceived);

    /// <summary>The time since the last message came, or the login was completed.</summary>
    public static TimeSpan SinceLastMessage(this Connection connection) =>
        connection.Settings.Time.GetElapsedTime(connection.Activity.LastMessage);

    /// <summary>
    /// Pings a compact client, once after each time it was heard. If it stays silent for <paramref name="lostAfter"/>, it is lost, unless
    /// its handler is working: nothing is read then.
    /// </summary>
    public static void Ping(this Connection connection, TimeSpan lostAfter)
    {
        if (connection.IsClassic)
            return;
        if (connection.Activity.TryPing())
            connection.SendFrame(FrameType.Ping, []);
        else if (connection.SinceLastHeard() >= lostAfter && !connection.Reader.IsHandling)
            connection.End(DisconnectReason.ConnectionLost);
    }

    private static void EndIfDisconnected(Connection connection)
    {
        if (connection.Link.Transport.HasDisconnected)
            connection.End(DisconnectReason.ConnectionLost);
    }
}
