namespace ServerLib.Clients;

/// <summary>How long to wait before each attempt to reconnect: the server's delay, plus a random part of a span that doubles each time.</summary>
internal sealed class Backoff(ServerClientOptions options)
{
    /// <summary>The longest wait, even if the server asks for more.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private TimeSpan _span = options.ReconnectDelay;

    /// <summary>Starts over with <see cref="ServerClientOptions.ReconnectDelay"/>.</summary>
    public void Reset() => _span = options.ReconnectDelay;

    /// <summary>The wait before the next attempt.</summary>
    public TimeSpan Next(TimeSpan? retryAfter)
    {
        TimeSpan delay = retryAfter ?? TimeSpan.Zero;
        TimeSpan wait = (delay < Longest ? delay : Longest) + _span * options.Jitter();
        _span = _span * 2 < options.MaxReconnectDelay ? _span * 2 : options.MaxReconnectDelay;
        return wait < Longest ? wait : Longest;
    }

    /// <summary>Converts a delay from the server, and limits it to what a <see cref="TimeSpan"/> can hold.</summary>
    public static TimeSpan? FromServer(long? milliseconds) =>
        milliseconds is { } ms ? TimeSpan.FromMilliseconds(Math.Clamp(ms, 0, (long)TimeSpan.MaxValue.TotalMilliseconds)) : null;
}
