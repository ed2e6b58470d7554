using System.Globalization;

namespace ServerLib.Clients;

/// <summary>One connection to a server, from the login to its end.</summary>
internal abstract class ClientSession(ClientStream stream, ServerClientOptions options) : IDisposable
{
    private SessionInfo? _info;

    /// <summary>The result of the login.</summary>
    /// <exception cref="InvalidOperationException">The session is not logged in yet.</exception>
    public SessionInfo Info => _info ?? throw new InvalidOperationException("The session is not logged in yet.");

    /// <summary>The fingerprint of the server's certificate; <see langword="null"/> without TLS.</summary>
    public string? Fingerprint => Stream.Fingerprint;

    /// <summary>Why the session has ended; <see langword="null"/> while it has not.</summary>
    public ServerClientException? EndReason => End.Reason;

    /// <summary>Called before each attempt to replace a lost connection, with the reason of the loss and the wait.</summary>
    public virtual Action<ServerClientException, TimeSpan>? Lost { get; set; }

    /// <summary>Called when the session continues on another connection.</summary>
    public Action? Resumed { get; set; }

    protected SessionEnd End { get; } = new();

    protected virtual ClientStream Stream => stream;

    protected ServerClientOptions Options => options;

    /// <summary>Connects and logs in.</summary>
    /// <exception cref="ServerClientException">The server cannot be reached, is not trusted, or refuses the login.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public static async Task<ClientSession> OpenAsync(
        ServerClientOptions options, ClientState client, CancellationToken cancellationToken)
    {
        using var timer = new ConnectTimer(options, cancellationToken);
        ClientSession? session = null;
        try
        {
            ClientStream stream = await ClientConnector.ConnectAsync(options, timer).ConfigureAwait(false);
            session = options.Protocol == ClientProtocol.Classic
                ? new ClassicSession(stream, options, client.Messages)
                : new CompactSession(stream, options, client);
            if (options is { PrivateKey: null, AllowPlaintextPassword: false } && !stream.IsBound)
                throw ClientErrors.PlaintextPassword();
            if (options.NeedsPassword)
                options.Password = await timer.PauseAsync(options.PasswordProvider!).ConfigureAwait(false);
            session._info = await session.LogInAsync(timer.Token).ConfigureAwait(false);
            return session;
        }
        catch (OperationCanceledException) when (timer.HasExpired)
        {
            session?.Dispose();
            throw new ServerClientException(string.Create(
                CultureInfo.InvariantCulture, $"The login was not complete within {options.ConnectTimeout.TotalSeconds:0.###} seconds."))
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
        ServerClientException reason;
        try
        {
            await ReceiveAsync().ConfigureAwait(false);
            reason = new ServerClientException("The server closed the connection.") { Code = ClientCode.Lost };
        }
        catch (ServerClientException e)
        {
            reason = e;
        }
        catch (Exception e)
        {
            reason = new ServerClientException("The client failed unexpectedly.", e);
        }

        reason = await End.CompleteAsync(reason).ConfigureAwait(false);
        OnEnded(reason);
        Dispose();
        return reason;
    }

    /// <summary>Sends a message to everyone.</summary>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken);

    /// <summary>Signals the server that the client disconnects.</summary>
    public abstract ValueTask SendGoodbyeAsync(CancellationToken cancellationToken);

    /// <summary>Sends the key and joins groups again after reconnecting. If the server refuses one, the application receives an error.</summary>
    public virtual Task RestoreAsync(SentKey? key, IEnumerable<string> groups, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Signals the server that no more bytes follow.</summary>
    public void CompleteWriting() => Stream.CompleteWriting();

    /// <summary>Ends the connection at once, for this reason.</summary>
    public void Abort(ServerClientException reason)
    {
        End.Abort(reason);
        Stream.Dispose();
    }

    public virtual void Dispose()
    {
        End.Dispose();
        Stream.Dispose();
    }

    protected abstract Task<SessionInfo> LogInAsync(CancellationToken cancellationToken);

    /// <summary>Handles received frames. Returns when the server has closed the connection.</summary>
    /// <exception cref="ServerClientException">The connection is lost, or the server ended it with a reason.</exception>
    protected abstract Task ReceiveAsync();

    /// <summary>Releases the callers that wait for the server.</summary>
    protected virtual void OnEnded(ServerClientException reason)
    {
    }
}
