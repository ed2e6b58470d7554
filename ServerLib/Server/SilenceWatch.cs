namespace ServerLib.Server;

/// <summary>
/// Looks every few seconds who has been silent: a compact client is pinged, one that does not answer is taken for lost, and one that
/// asks for nothing for longer than <see cref="ServerLimits.IdleTimeout"/> is sent away.
/// </summary>
internal sealed class SilenceWatch : IDisposable
{
    private readonly IEnumerable<Connection> _connections;
    private readonly ServerOptions _options;
    private readonly ITimer? _timer;

    public SilenceWatch(IEnumerable<Connection> connections, ServerOptions options, TimeProvider time)
    {
        _connections = connections;
        _options = options;
        TimeSpan shortest = Shortest(options.Limits.KeepAlive, options.Limits.IdleTimeout);
        if (shortest > TimeSpan.Zero)
            _timer = time.CreateTimer(_ => Look(), null, shortest / 4, shortest / 4);
    }

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        foreach (Connection connection in _connections)
        {
            if (!connection.IsLoggedIn)
                continue;
            if (_options.Limits.IdleTimeout > TimeSpan.Zero && connection.SinceLastMessage >= _options.Limits.IdleTimeout)
                connection.End(DisconnectReason.IdleTimeout);
            else if (_options.Limits.KeepAlive > TimeSpan.Zero && connection.SinceLastHeard >= _options.Limits.KeepAlive)
                connection.Ping(lostAfter: 2 * _options.Limits.KeepAlive);
        }
    }

    private static TimeSpan Shortest(TimeSpan left, TimeSpan right) =>
        left == TimeSpan.Zero || (right > TimeSpan.Zero && right < left) ? right : left;
}
