using ServerLib.Connections;
using ServerLib.Protocol;

namespace ServerLib.Server;

/// <summary>
/// Finds silent connections. A compact client is pinged after <see cref="ServerLimits.KeepAlive"/>, and is disconnected when it does not
/// answer. A client without a message for <see cref="ServerLimits.IdleTimeout"/> is disconnected.
/// </summary>
internal sealed class SilenceWatch : IDisposable
{
    private readonly IEnumerable<Connection> _connections;
    private readonly ServerLimits _limits;
    private readonly ITimer? _timer;

    /// <summary>Starts the timer, unless both limits are off.</summary>
    public SilenceWatch(IEnumerable<Connection> connections, ServerLimits limits, TimeProvider time)
    {
        _connections = connections;
        _limits = limits;
        TimeSpan shortest = Shortest(limits.KeepAlive, limits.IdleTimeout);
        if (shortest > TimeSpan.Zero)
            _timer = time.CreateTimer(static watch => ((SilenceWatch)watch!).Check(), this, shortest / 4, shortest / 4);
    }

    public void Dispose() => _timer?.Dispose();

    private void Check()
    {
        foreach (Connection connection in _connections)
        {
            if (!connection.IsLoggedIn)
                continue;
            if (_limits.IdleTimeout > TimeSpan.Zero && connection.SinceMessage >= _limits.IdleTimeout)
                connection.End(DisconnectReason.IdleTimeout);
            else if (_limits.KeepAlive > TimeSpan.Zero && connection.SinceReceived >= _limits.KeepAlive)
                Ping(connection, lostAfter: 2 * _limits.KeepAlive);
        }
    }

    /// <summary>
    /// Pings a compact client, once after each time that bytes came from it. If it stays silent for <paramref name="lostAfter"/>, it is lost,
    /// unless its handler is working: nothing is read then.
    /// </summary>
    private static void Ping(Connection connection, TimeSpan lostAfter)
    {
        if (connection.IsClassic)
            return;
        if (connection.Activity.TryPing())
            connection.Writer.SendFrame(FrameType.Ping, []);
        else if (connection.SinceReceived >= lostAfter && !connection.Reader.IsHandling)
            connection.End(DisconnectReason.ConnectionLost);
    }

    private static TimeSpan Shortest(TimeSpan left, TimeSpan right) =>
        left == TimeSpan.Zero || (right > TimeSpan.Zero && right < left) ? right : left;
}
