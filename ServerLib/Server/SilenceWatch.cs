using ServerLib.Connections;
using ServerLib.Protocol;

namespace ServerLib.Server;

/// <summary>
/// Finds silent connections. A compact client is pinged after <see cref="ServerLimits.KeepAlive"/>, and is disconnected when it does not
/// answer. A client without a message for <see cref="ServerLimits.IdleTimeout"/> is disconnected. While a handler runs for long, the pings of
/// its client are answered. Where nothing is read, the client is pinged, so that it knows that the server is there.
/// </summary>
internal sealed class SilenceWatch : IDisposable
{
    private static readonly TimeSpan MaxInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxServerSilence = TimeSpan.FromSeconds(2);

    private readonly IEnumerable<Connection> _connections;
    private ServerLimits _limits;
    private TimeSpan _interval;
    private TimeSpan _maxServerSilence;
    private readonly ITimer _timer;

    /// <summary>Starts the timer.</summary>
    public SilenceWatch(IEnumerable<Connection> connections, ServerLimits limits, TimeProvider time)
    {
        _connections = connections;
        _limits = limits;
        _timer = time.CreateTimer(static watch => ((SilenceWatch)watch!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Change(limits);
    }

    /// <summary>Uses other limits from now on.</summary>
    public void Change(ServerLimits limits)
    {
        _limits = limits;
        _interval = Shortest(limits.KeepAlive, limits.IdleTimeout) / 4;
        _maxServerSilence = Shortest(_interval, MaxServerSilence);
        TimeSpan period = Shortest(_interval, MaxInterval);
        _timer.Change(period, period);
    }

    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        foreach (Connection connection in _connections)
        {
            if (!connection.IsLoggedIn || connection.Resumption is { IsDetached: true })
                continue;
            connection.Resumption?.Frames.Acknowledge();
            bool isHandling = connection.Reader.IsHandling;
            if (isHandling)
                MarkActive(connection, connection.Reader.TryReadAhead() ? _interval : _maxServerSilence);
            else if (!connection.Link.IsReading)
                MarkActive(connection, _maxServerSilence);
            bool isCalling = connection.Calls.Running is { IsEmpty: false };
            if (isHandling || isCalling)
                connection.Activity.MarkHandling(connection.Settings.Time);
            else if (_limits.IdleTimeout > TimeSpan.Zero && connection.Activity.SinceMessage(connection.Settings.Time) >= _limits.IdleTimeout)
                connection.End(DisconnectReason.IdleTimeout);
            if (!isHandling && _limits.KeepAlive > TimeSpan.Zero && connection.Activity.SinceReceived(connection.Settings.Time) >= _limits.KeepAlive)
                Ping(connection, lostAfter: 2 * _limits.KeepAlive);
        }
    }

    /// <summary>
    /// While a handler works, or a client has sent too much, messages are not read, so the client is not silent. It gets a sign of life, if it
    /// is a compact client.
    /// </summary>
    private void MarkActive(Connection connection, TimeSpan after)
    {
        if (connection.Activity.SinceReceived(connection.Settings.Time) < after)
            return;
        connection.Activity.MarkReceived(connection.Settings.Time);
        if (_limits.KeepAlive > TimeSpan.Zero)
            connection.Writer.SendFrame(FrameType.Ping, []);
    }

    /// <summary>
    /// Pings a compact client, once after each time that bytes came from it. If it stays silent for <paramref name="lostAfter"/>, it is lost.
    /// </summary>
    private static void Ping(Connection connection, TimeSpan lostAfter)
    {
        if (connection.IsClassic)
            return;
        if (connection.Activity.TryPing())
            connection.Writer.SendFrame(FrameType.Ping, []);
        else if (connection.Activity.SinceReceived(connection.Settings.Time) >= lostAfter)
            connection.Lose(connection.Link, DisconnectReason.ConnectionLost);
    }

    private static TimeSpan Shortest(TimeSpan left, TimeSpan right) =>
        left == TimeSpan.Zero || (right > TimeSpan.Zero && right < left) ? right : left;
}
