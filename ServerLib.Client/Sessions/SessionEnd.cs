namespace ServerLib.Clients;

/// <summary>When and why a session ends. The session's parts share it.</summary>
internal sealed class SessionEnd : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private ServerClientException? _abortReason;
    private volatile ServerClientException? _reason;

    /// <summary>Why the session has ended; <see langword="null"/> while it has not.</summary>
    public ServerClientException? Reason => _reason;

    /// <summary>Canceled when the session ends.</summary>
    public CancellationToken Token => _ended.Token;

    /// <summary>Ends the session from this side. The first reason counts.</summary>
    public void Abort(ServerClientException reason)
    {
        Interlocked.CompareExchange(ref _abortReason, reason, null);
        _ended.Cancel();
    }

    /// <summary>Sets the reason, unless the session was aborted for another one.</summary>
    /// <returns>The reason.</returns>
    public async Task<ServerClientException> CompleteAsync(ServerClientException reason)
    {
        ServerClientException final = _abortReason ?? reason;
        _reason = final;
        await _ended.CancelAsync().ConfigureAwait(false);
        return final;
    }

    /// <summary>Ends the session without a reason, for a session that was never logged in.</summary>
    public void Dispose() => _ended.Cancel();
}
