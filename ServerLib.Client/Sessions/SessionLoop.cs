namespace ServerLib.Clients;

/// <summary>Keeps a client connected: it runs a session and, if the options say so, reconnects when the session has ended.</summary>
internal sealed class SessionLoop : IAsyncDisposable
{
    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(2);

    private readonly ServerClientOptions _options;
    private readonly ClientState _client;
    private readonly ClientStatus _status;
    private readonly CancellationTokenSource _disposing = new();
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly Lazy<Task> _disposal;
    private volatile ClientSession? _session;
    private Task _running = Task.CompletedTask;

    public SessionLoop(ServerClientOptions options, ClientState client, ClientStatus status)
    {
        (_options, _client, _status) = (options, client, status);
        _disposal = new Lazy<Task>(() => Task.Run(DisconnectAsync));
    }

    /// <summary>The current session, or the last one while there is none.</summary>
    /// <exception cref="InvalidOperationException">The client was never connected.</exception>
    public ClientSession Session => _session ?? throw new InvalidOperationException("The client is not connected yet. Call ConnectAsync.");

    /// <summary>Connects and logs in unless the client is connected, then keeps running in the background.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = LinkToDisposal(cancellationToken);
        try
        {
            await _connecting.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                if (_status.State == ServerClientState.Closed)
                {
                    await StartAsync(either.Token).ConfigureAwait(false);
                    return;
                }
            }
            finally
            {
                _connecting.Release();
            }

            await _status.WaitUntilConnectedAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            ThrowIfDisposed();
            throw new OperationCanceledException("Connecting was canceled.", _status.LastFailure, cancellationToken);
        }
    }

    /// <summary>Waits until the client is connected.</summary>
    public async Task WaitUntilConnectedAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = LinkToDisposal(cancellationToken);
        try
        {
            await _status.WaitUntilConnectedAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            ThrowIfDisposed();
            throw;
        }
    }

    /// <summary>The session to send with.</summary>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public ClientSession GetSession()
    {
        ThrowIfDisposed();
        return Session;
    }

    /// <summary>The session to send with, for a feature that only the compact protocol has.</summary>
    /// <param name="feature">The feature, as it appears in the exception's message.</param>
    /// <exception cref="NotSupportedException">The client uses the classic protocol.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public CompactSession GetCompactSession(string feature) =>
        GetSession() as CompactSession
        ?? throw new NotSupportedException($"The classic protocol does not support {feature}. Set Protocol to ClientProtocol.Compact.");

    /// <summary>Disconnects, and waits up to two seconds for the server to close the connection.</summary>
    public async ValueTask DisposeAsync() => await _disposal.Value.ConfigureAwait(false);

    /// <summary>Makes the first connection, and starts to run it.</summary>
    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await _running.ConfigureAwait(false);
        _client.Messages.Reopen();
        _status.OnConnecting();
        try
        {
            var backoff = new Backoff(_options);
            _session = _options.Reconnect
                ? await OpenAsync(ServerClientState.Connecting, reason: null, backoff, cancellationToken).ConfigureAwait(false)
                : await OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _status.OnCancelled();
            throw;
        }
        catch (Exception e)
        {
            _status.OnClosed(ClientErrors.ToReason(e));
            throw;
        }

        _status.OnConnected();
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    private async Task RunAsync()
    {
        ServerClientException? end = null;
        try
        {
            var backoff = new Backoff(_options);
            while (true)
            {
                long start = _options.TimeProvider.GetTimestamp();
                Session.Lost = (reason, wait) => _status.OnRetry(ServerClientState.Reconnecting, reason, wait);
                Session.Resumed = _status.OnConnected;
                end = await Session.RunAsync().ConfigureAwait(false);
                if (_options.TimeProvider.GetElapsedTime(start) > _options.MaxReconnectDelay)
                    backoff.Reset();
                if (_disposing.IsCancellationRequested || !_options.Reconnect || end.IsFinal)
                    return;
                _client.Messages.AddNotice(new ReceivedMessage(ReceivedKind.Disconnected, end.Code, end.Message));
                _session = await OpenAsync(ServerClientState.Reconnecting, end, backoff, _disposing.Token).ConfigureAwait(false);
                _status.OnConnected();
                _client.Messages.AddNotice(new ReceivedMessage(ReceivedKind.Reconnected));
            }
        }
        catch (Exception e)
        {
            end = ClientErrors.ToReason(e);
        }
        finally
        {
            if (!_disposing.IsCancellationRequested)
                _status.OnClosed(end!);
            _client.Messages.Complete(end);
        }
    }

    /// <summary>Tries until the client is logged in.</summary>
    /// <param name="state">Whether this is the first connection.</param>
    /// <param name="reason">Why the last connection ended; <see langword="null"/> to make the first attempt at once.</param>
    /// <param name="backoff">The waits between the attempts.</param>
    /// <param name="cancellationToken">Cancels the attempts.</param>
    /// <exception cref="ServerClientException">Further attempts are pointless.</exception>
    private async Task<ClientSession> OpenAsync(
        ServerClientState state, ServerClientException? reason, Backoff backoff, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (reason is not null)
            {
                TimeSpan wait = backoff.Next(reason.RetryAfter);
                _status.OnRetry(state, reason, wait);
                await Task.Delay(wait, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }

            try
            {
                return await OpenAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ServerClientException e) when (!e.IsFinal)
            {
                reason = e;
            }
        }
    }

    /// <summary>Connects, logs in, and sends what the server had accepted before.</summary>
    private async Task<ClientSession> OpenAsync(CancellationToken cancellationToken)
    {
        ClientSession session = await ClientSession.OpenAsync(_options, _client, cancellationToken).ConfigureAwait(false);
        try
        {
            await session.RestoreAsync(_client.Keys.Sent, _client.Groups.Names, cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch (Exception)
        {
            session.Dispose();
            throw;
        }
    }

    private async Task DisconnectAsync()
    {
        _client.Messages.Complete(null);
        _client.Events.Dispose();
        await _disposing.CancelAsync().ConfigureAwait(false);

        // An attempt to connect ends now, and no other one begins.
        await _connecting.WaitAsync().ConfigureAwait(false);
        if (_session is { } session)
        {
            using var timeout = new CancellationTokenSource(GoodbyeTimeout, _options.TimeProvider);
            try
            {
                await session.SendGoodbyeAsync(timeout.Token).ConfigureAwait(false);
                session.CompleteWriting();
                await _running.WaitAsync(timeout.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ServerClientException or OperationCanceledException)
            {
                // The connection has ended already, or the time is up.
            }

            session.Abort(new ServerClientException("The client is disposed."));
            await _running.ConfigureAwait(false);
        }

        _status.OnDisposed();
    }

    private CancellationTokenSource LinkToDisposal(CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        return CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposing.IsCancellationRequested, typeof(ServerClient));
}
