namespace ServerLib.Clients;

/// <summary>How long to wait before coming back: a random part of a span that doubles, after what the server asked for.</summary>
internal sealed class Backoff(ServerClientOptions options)
{
    /// <summary>The longest wait before coming back, whatever a server asks for.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private TimeSpan _span = options.ReconnectDelay;

    /// <summary>A connection lasted: start from the beginning.</summary>
    public void Reset() => _span = options.ReconnectDelay;

    public TimeSpan Next(TimeSpan? retryAfter)
    {
        TimeSpan asked = retryAfter ?? TimeSpan.Zero;
        TimeSpan wait = (asked < Longest ? asked : Longest) + _span * options.Jitter();
        _span = _span * 2 < options.MaxReconnectDelay ? _span * 2 : options.MaxReconnectDelay;
        return wait < Longest ? wait : Longest;
    }

    /// <summary>A wait that a server names, as far as it is a span of time: who is told of it is told the truth.</summary>
    public static TimeSpan? FromServer(long? milliseconds) =>
        milliseconds is { } ms ? TimeSpan.FromMilliseconds(Math.Clamp(ms, 0, (long)TimeSpan.MaxValue.TotalMilliseconds)) : null;
}
