using ServerLib.Connections;

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
            if (_limits.IdleTimeout > TimeSpan.Zero && connection.SinceLastMessage() >= _limits.IdleTimeout)
                connection.End(DisconnectReason.IdleTimeout);
            else if (_limits.KeepAlive > TimeSpan.Zero && connection.SinceLastHeard() >= _limits.KeepAlive)
                connection.Ping(lostAfter: 2 * _limits.KeepAlive);
        }
    }

    private static TimeSpan Shortest(TimeSpan left, TimeSpan right) =>
        left == TimeSpan.Zero || (right > TimeSpan.Zero && right < left) ? right : left;
}
