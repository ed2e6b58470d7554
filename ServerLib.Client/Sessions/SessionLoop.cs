namespace ServerLib.Clients;

/// <summary>Keeps a client connected: it runs a session and, if the options say so, reconnects when the session has ended.</summary>
internal sealed class SessionLoop(ServerClientOptions options, ReceiveQueue queue) : IAsyncDisposable
{
    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _disposing = new();
    private volatile ClientSession? _session;
    private Task _running = Task.CompletedTask;
    private int _isDisposed;

    /// <summary>The current session, or the last one while there is none.</summary>
    public ClientSession Session => _session ?? throw new InvalidOperationException("The client is not connected yet.");

    /// <summary>The groups that the client has joined.</summary>
    public JoinedGroups Groups { get; } = new();

    /// <summary>The client's keys.</summary>
    public AcceptedKeys Keys { get; } = new(options);

    /// <summary>Connects and logs in, then keeps running in the background.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _session = await ClientSession.OpenAsync(options, queue, Groups, cancellationToken).ConfigureAwait(false);
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>The session to send with.</summary>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public ClientSession GetSession()
    {
        ObjectDisposedException.ThrowIf(_disposing.IsCancellationRequested, typeof(ServerClient));
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
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            queue.Complete(null);
            await _disposing.CancelAsync().ConfigureAwait(false);
            using var timeout = new CancellationTokenSource(GoodbyeTimeout, options.TimeProvider);
            try
            {
                await Session.SendGoodbyeAsync(timeout.Token).ConfigureAwait(false);
                Session.CompleteWriting();
                await _running.WaitAsync(timeout.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ServerClientException or OperationCanceledException)
            {
                // The connection has ended already, or the time is up.
            }

            Session.Abort(new ServerClientException("The client is disposed."));
        }

        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        Exception? end = null;
        try
        {
            var backoff = new Backoff(options);
            while (true)
            {
                long start = options.TimeProvider.GetTimestamp();
                ServerClientException reason = await Session.RunAsync().ConfigureAwait(false);
                end = reason;
                if (options.TimeProvider.GetElapsedTime(start) > options.MaxReconnectDelay)
                    backoff.Reset();
                if (_disposing.IsCancellationRequested || !options.Reconnect || reason.IsFinal)
                    return;
                await ReconnectAsync(reason, backoff).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_disposing.IsCancellationRequested)
        {
            // The client was disposed while it was reconnecting.
        }
        catch (Exception e)
        {
            end = e;
        }
        finally
        {
            queue.Complete(end);
        }
    }

    /// <summary>Tries until the client is logged in again.</summary>
    /// <exception cref="ServerClientException">Further attempts are pointless.</exception>
    private async Task ReconnectAsync(ServerClientException reason, Backoff backoff)
    {
        await queue.AddAsync(new ReceivedMessage(ReceivedKind.Disconnected, reason.Code, reason.Message)).ConfigureAwait(false);
        while (true)
        {
            await Task.Delay(backoff.Next(reason.RetryAfter), options.TimeProvider, _disposing.Token).ConfigureAwait(false);
            try
            {
                ClientSession session = await ClientSession.OpenAsync(options, queue, Groups, _disposing.Token).ConfigureAwait(false);

                // If the client is being disposed, either DisposeAsync sees this session, or it is aborted here. Doing both is harmless.
                Interlocked.Exchange(ref _session, session);
                if (_disposing.IsCancellationRequested)
                    session.Abort(reason);
                await session.RestoreAsync(Keys.Sent, Groups.Names, _disposing.Token).ConfigureAwait(false);
                await queue.AddAsync(new ReceivedMessage(ReceivedKind.Reconnected)).ConfigureAwait(false);
                return;
            }
            catch (ServerClientException e) when (!e.IsFinal)
            {
                reason = e;
            }
        }
    }
}
