namespace ServerLib.Connections;

/// <summary>Why a connection has ended, and what its client is told. The first reason stays. Thread-safe.</summary>
internal struct ConnectionEnd
{
    private EndNotice? _notice;
    private int _reason;

    /// <summary>The reason; <see cref="DisconnectReason.None"/> while the connection is open.</summary>
    public readonly DisconnectReason Reason => (DisconnectReason)Volatile.Read(in _reason);

    /// <summary>The text; <see langword="null"/> for that of the reason.</summary>
    public readonly string? Notice => Current?.Text;

    /// <summary>How long the client should wait before it connects again; <see langword="null"/> for the time of the reason.</summary>
    public readonly TimeSpan? RetryAfter => Current?.RetryAfter;

    private readonly EndNotice? Current => Volatile.Read(in _notice) is { } notice && notice.Reason == Reason ? notice : null;

    /// <summary>Sets the reason, unless there is one.</summary>
    public bool TrySet(DisconnectReason reason, string? notice, TimeSpan? retryAfter)
    {
        if (notice is not null && Reason == DisconnectReason.None)
            Volatile.Write(ref _notice, new EndNotice(reason, notice, retryAfter));
        return Interlocked.CompareExchange(ref _reason, (int)reason, 0) == 0;
    }

    private sealed record EndNotice(DisconnectReason Reason, string Text, TimeSpan? RetryAfter);
}
