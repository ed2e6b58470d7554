namespace ServerLib.Clients;

/// <summary>One connection to a server, from its login to its end.</summary>
internal abstract class ClientSession(ClientStream stream, ServerClientOptions options) : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private ServerClientException? _lostBecause;
    private volatile ServerClientException? _end;

    public string Alias { get; protected set; } = "";

    public string Greeting { get; protected set; } = "";

    /// <summary>The server's name for this connection; empty where it has none.</summary>
    public string Id { get; protected set; } = "";

    /// <summary>The largest frame that the server takes.</summary>
    public int MaxFrame { get; protected set; }

    public string? Fingerprint => stream.Fingerprint;

    /// <summary>Why it ended; <see langword="null"/> while it has not.</summary>
    public ServerClientException? EndedBecause => _end;

    /// <summary>Cancelled when it ends.</summary>
    protected CancellationToken Ended => _ended.Token;

    protected ClientStream Stream => stream;

    protected ServerClientOptions Options => options;

    /// <summary>Connects and logs in.</summary>
    /// <exception cref="ServerClientException">It could not.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<ClientSession> OpenAsync(
        ServerClientOptions options, ReceiveQueue inbox, JoinedGroups groups, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        ClientSession? session = null;
        try
        {
            ClientStream stream = await ClientStream.ConnectAsync(options, timeout, cancellationToken).ConfigureAwait(false);
            session = options.Protocol == ClientProtocol.Classic
                ? new ClassicSession(stream, options, inbox)
                : new CompactSession(stream, options, inbox, groups);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            await session.LogInAsync(either.Token).ConfigureAwait(false);
            return session;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            session?.Dispose();
            throw new ServerClientException($"The server did not let the client in within {options.ConnectTimeout.TotalSeconds:0.###} seconds.")
            {
                Code = ClientCode.Lost,
            };
        }
        catch (Exception)
        {
            session?.Dispose();
            throw;
        }
    }

    /// <summary>Receives until the connection ends.</summary>
    /// <returns>Why it ended.</returns>
    public async Task<ServerClientException> RunAsync()
    {
        ServerClientException end;
        try
        {
            await ReceiveAsync().ConfigureAwait(false);
            end = new ServerClientException("The server closed the connection.") { Code = ClientCode.Lost };
        }
        catch (ServerClientException e)
        {
            end = _lostBecause ?? e;
        }
        catch (Exception e)
        {
            end = _lostBecause ?? new ServerClientException("The client failed.", e);
        }

        _end = end;
        await _ended.CancelAsync().ConfigureAwait(false);
        await StopAsync(end).ConfigureAwait(false);
        Dispose();
        return end;
    }

    /// <summary>Sends a message to everyone.</summary>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken);

    /// <summary>Tells the server that the client leaves.</summary>
    public abstract ValueTask SayGoodByeAsync(CancellationToken cancellationToken);

    /// <summary>Joins again what was joined before the connection was lost. A group that says no is reported as an error.</summary>
    public virtual Task JoinAgainAsync(IEnumerable<string> groups, CancellationToken cancellationToken) => Task.CompletedTask;

    public void CompleteWriting() => stream.CompleteWriting();

    /// <summary>Ends the connection for a reason that whoever waits is told.</summary>
    public void Abandon(ServerClientException why)
    {
        Interlocked.CompareExchange(ref _lostBecause, why, null);
        _ended.Cancel();
        stream.Dispose();
    }

    public virtual void Dispose() => stream.Dispose();

    protected abstract Task LogInAsync(CancellationToken cancellationToken);

    /// <summary>Handles what comes; returns at the end of it, and throws what ends it otherwise.</summary>
    protected abstract Task ReceiveAsync();

    /// <summary>The connection has ended; frees those who wait for something.</summary>
    protected abstract ValueTask StopAsync(ServerClientException why);

    /// <summary>The same failure for another who meets it: each throws one of his own.</summary>
    protected static ServerClientException Again(ServerClientException why) =>
        new(why.Message, why) { Code = why.Code, RetryAfter = why.RetryAfter };

    protected static ServerClientException Malformed(string what) =>
        new($"The server sent something malformed: {what}.") { Code = ClientCode.BadFrame };
}
