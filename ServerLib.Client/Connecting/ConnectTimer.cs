namespace ServerLib.Clients;

/// <summary>The time limit for connecting and logging in. It stands still while a person is asked something.</summary>
internal sealed class ConnectTimer : IDisposable
{
    private readonly ServerClientOptions _options;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenSource _expiry;
    private readonly CancellationTokenSource _either;

    public ConnectTimer(ServerClientOptions options, CancellationToken cancellationToken)
    {
        _options = options;
        _cancellationToken = cancellationToken;
        _expiry = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_expiry.Token, cancellationToken);
    }

    /// <summary>Canceled when the time is up, or the caller cancels.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether the time is up, and the caller has not canceled.</summary>
    public bool HasExpired => _expiry.IsCancellationRequested && !_cancellationToken.IsCancellationRequested;

    /// <summary>
    /// Asks something, and restarts the time afterwards. If the caller cancels, it does not wait for the answer: the application may dispose
    /// the client in place of answering.
    /// </summary>
    public async ValueTask<T> PauseAsync<T>(Func<CancellationToken, ValueTask<T>> ask)
    {
        _expiry.CancelAfter(Timeout.InfiniteTimeSpan);
        CancellationToken token = _cancellationToken;
        T answer = await Task.Run(() => ask(token).AsTask(), token).WaitAsync(token).ConfigureAwait(false);
        _expiry.CancelAfter(_options.ConnectTimeout);
        return answer;
    }

    public void Dispose()
    {
        _either.Dispose();
        _expiry.Dispose();
    }
}
