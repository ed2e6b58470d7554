namespace ServerLib.Clients;

/// <summary>The client's state. It is logged, and reported to those who wait for it or handle its changes.</summary>
/// <param name="client">The sender of the events.</param>
/// <param name="log">The log.</param>
internal sealed class ClientStatus(object client, ClientEvents log)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _raised = Task.CompletedTask;
    private ServerClientException? _closeReason;
    private volatile ServerClientException? _lastFailure;
    private volatile ServerClientState _state;

    public event EventHandler<ServerClientStateChangedEventArgs>? Changed;

    public ServerClientState State => _state;

    /// <summary>Why the last attempt failed or the last connection ended.</summary>
    public ServerClientException? LastFailure => _lastFailure;

    public void OnConnecting()
    {
        log.Connecting();
        Set(ServerClientState.Connecting, reason: null);
    }

    public void OnConnected()
    {
        log.Connected();
        Set(ServerClientState.Connected, reason: null);
    }

    /// <summary>An attempt has failed, or the connection is lost. The next attempt follows after a wait.</summary>
    /// <param name="state">Connecting or reconnecting.</param>
    /// <param name="reason">What has happened.</param>
    /// <param name="wait">The wait.</param>
    public void OnRetry(ServerClientState state, ServerClientException reason, TimeSpan wait)
    {
        if (State == ServerClientState.Connected)
            log.Lost(wait, reason);
        else
            log.Retrying(wait, reason);
        _lastFailure = reason;
        Set(state, reason, wait);
    }

    /// <summary>There is no connection, and no further attempt.</summary>
    public void OnClosed(ServerClientException reason)
    {
        log.Closed(reason);
        _lastFailure = reason;
        Set(ServerClientState.Closed, reason);
    }

    /// <summary>An attempt was canceled by the caller.</summary>
    public void OnCancelled() => Set(ServerClientState.Closed, LastFailure);

    public void OnDisposed()
    {
        log.Disposed();
        Set(ServerClientState.Closed, new ServerClientException("The client is disposed.") { Code = ClientCode.Bye });
    }

    /// <summary>Waits until the client is connected.</summary>
    /// <exception cref="ServerClientException">The client is closed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public async Task WaitUntilConnectedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (_gate)
            {
                if (_state == ServerClientState.Connected)
                    return;
                if (_state == ServerClientState.Closed && _closeReason is { } reason)
                    throw ClientErrors.Copy(reason);
                change = _change.Task;
            }

            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Set(ServerClientState state, ServerClientException? reason, TimeSpan? retryIn = null)
    {
        lock (_gate)
        {
            _state = state;
            _closeReason = state == ServerClientState.Closed ? reason : null;
            _change.SetResult();
            _change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Changed is { } handlers)
                _raised = RaiseAsync(_raised, handlers, new ServerClientStateChangedEventArgs(state, reason, retryIn));
        }
    }

    private async Task RaiseAsync(
        Task previous, EventHandler<ServerClientStateChangedEventArgs> handlers, ServerClientStateChangedEventArgs change)
    {
        // A handler may call the client, and must not hold it up.
        await previous.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        foreach (EventHandler<ServerClientStateChangedEventArgs> handler in Delegate.EnumerateInvocationList(handlers))
        {
            try
            {
                handler(client, change);
            }
            catch (Exception e)
            {
                log.HandlerFailed(nameof(IServerClient.StateChanged), e);
            }
        }
    }
}
