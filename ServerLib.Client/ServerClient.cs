using ServerLib.Clients;

namespace ServerLib;

/// <summary>
/// A user's connection to a server. Sending and asking may be done by many at once; what arrives is read by one, with
/// <c>await foreach</c>.
/// </summary>
/// <remarks>
/// What arrives waits in the client until it is read, up to <see cref="ServerClientOptions.MaxWaitingMessages"/> and
/// <see cref="ServerClientOptions.MaxWaitingBytes"/>; then the client stops reading from the server, which drops it after a while as too slow a reader. So read, or set
/// <see cref="ServerClientOptions.IgnoresMessages"/>. The enumeration ends when the client is disposed, and throws the
/// <see cref="ServerClientException"/> that says why when the connection ended otherwise.
/// </remarks>
public sealed partial class ServerClient : IAsyncDisposable
{
    private static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(2);

    private readonly ServerClientOptions _options;
    private readonly ReceiveQueue _inbox;
    private readonly JoinedGroups _groups = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly SemaphoreSlim _asking;
    private volatile ClientSession _session = null!;
    private Task _running = Task.CompletedTask;
    private int _isDisposed;

    private ServerClient(ServerClientOptions options)
    {
        _options = options;
        _inbox = new ReceiveQueue(options.MaxWaitingMessages, options.MaxWaitingBytes, options.IgnoresMessages);
        _asking = new SemaphoreSlim(options.MaxOutstandingRequests);
    }

    /// <summary>The user's name as the server has it.</summary>
    public string Alias => _session.Alias;

    /// <summary>The server's greeting. Escape it before it reaches a terminal.</summary>
    public string Greeting => _session.Greeting;

    /// <summary>The server's name for this connection, another one after each time it came back; empty with the classic protocol.</summary>
    public string Session => _session.Id;

    /// <summary>
    /// The SHA-256 fingerprint of the server's certificate, upper-case hex with colons; <see langword="null"/> without TLS.
    /// </summary>
    public string? ServerFingerprint => _session.Fingerprint;

    /// <summary>
    /// The largest frame that the server takes, in bytes: a body has a little less. With the classic protocol one block's text.
    /// </summary>
    public int MaxFrame => _session.MaxFrame;

    /// <summary>Whether there is a connection now, as far as is known.</summary>
    public bool IsConnected => _session.EndedBecause is null;

    /// <summary>Connects and logs in.</summary>
    /// <param name="options">Where to, and as whom.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">An option is missing or not allowed.</exception>
    /// <exception cref="LoginException">The server doesn't let the user in.</exception>
    /// <exception cref="ServerClientException">The server can't be reached, is not the right one, or speaks something else.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<ServerClient> ConnectAsync(ServerClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var client = new ServerClient(options);
        client._session = await ClientSession.OpenAsync(options, client._inbox, client._groups, cancellationToken).ConfigureAwait(false);
        client._running = Task.Run(client.RunAsync, CancellationToken.None);
        return client;
    }

    /// <summary>What arrives, until the client is disposed. For one reader.</summary>
    /// <param name="cancellationToken">Stops reading; nothing is lost by it.</param>
    /// <exception cref="ServerClientException">The connection ended, and the client doesn't come back.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public IAsyncEnumerable<ReceivedMessage> ReadAllAsync(CancellationToken cancellationToken = default) =>
        _inbox.ReadAllAsync(cancellationToken);

    /// <summary>Makes <c>await foreach</c> work on the client itself, as on <see cref="ReadAllAsync"/>.</summary>
    /// <inheritdoc cref="ReadAllAsync"/>
    public IAsyncEnumerator<ReceivedMessage> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

    /// <summary>
    /// Says good-bye, waits up to two seconds for the server to close, and frees everything. What has arrived can still be read.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _inbox.Complete(null);
            await _disposing.CancelAsync().ConfigureAwait(false);
            using var patience = new CancellationTokenSource(PatienceAtEnd, _options.TimeProvider);
            try
            {
                await _session.SayGoodByeAsync(patience.Token).ConfigureAwait(false);
                _session.CompleteWriting();
                await _running.WaitAsync(patience.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ServerClientException or OperationCanceledException)
            {
                // It had its time, or is gone already.
            }

            _session.Abandon(new ServerClientException("The client is disposed."));
        }

        await _running.ConfigureAwait(false);
    }
}
