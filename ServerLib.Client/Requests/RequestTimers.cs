namespace ServerLib.Clients;

/// <summary>The timers of requests. That of an answered request is used again.</summary>
/// <param name="time">The clock.</param>
internal sealed class RequestTimers(TimeProvider time)
{
    private CancellationTokenSource? _spare;

    /// <summary>Starts a timer, which cancels its token after this time.</summary>
    public CancellationTokenSource Start(TimeSpan limit)
    {
        if (Interlocked.Exchange(ref _spare, null) is not { } timer)
            return new CancellationTokenSource(limit, time);
        timer.CancelAfter(limit);
        return timer;
    }

    /// <summary>Stops a timer. Its token must not be used any more.</summary>
    public void Stop(CancellationTokenSource timer)
    {
        CancellationTokenSource? unused = timer.TryReset() ? Interlocked.Exchange(ref _spare, timer) : timer;
        unused?.Dispose();
    }
}
