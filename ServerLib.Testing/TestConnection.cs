using System.Net;

namespace ServerLib.Testing;

/// <summary>
/// A connection whose user has logged in, for tests of an <see cref="IMessageHandler"/>. It needs no server and no network.
/// <see cref="ReadSentAsync"/> returns what was sent to the user.
/// </summary>
/// <remarks>
/// Call the handler's methods with <see cref="Connection"/>, and check <see cref="ReadSentAsync"/>. The client answers no requests. What a
/// handler sends to others goes through an <see cref="IMessageRouter"/>, which you can mock. To test a handler together with the server,
/// use <see cref="TestServer"/>.
/// </remarks>
public sealed class TestConnection : IDisposable, IAsyncDisposable
{
    private const string EndOfSent = "end-of-sent";

    private readonly ServerClient _client;
    private readonly IAsyncEnumerator<ReceivedMessage> _received;

    private TestConnection(Connection connection, ServerClient client)
    {
        Connection = connection;
        _client = client;
        _received = client.GetAsyncEnumerator();
    }

    /// <summary>The connection, as the handler gets it.</summary>
    public Connection Connection { get; }

    /// <summary>Creates a connection and logs a user in.</summary>
    /// <param name="alias">The user's name.</param>
    /// <param name="remoteEndPoint">The client's address. Default port 1 of this machine.</param>
    /// <param name="options">The limits. Default the default options.</param>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    /// <exception cref="ArgumentException"><paramref name="alias"/> can't be a user's name.</exception>
    public static async Task<TestConnection> CreateAsync(
        string alias, EndPoint? remoteEndPoint = null, ServerOptions? options = null, TimeProvider? timeProvider = null)
    {
        if (!UserName.IsValid(alias))
            throw new ArgumentException($"'{alias}' can't be a user's name.", nameof(alias));
        var pipes = new PipePair();
        var facts = new ConnectionFacts(remoteEndPoint ?? new IPEndPoint(IPAddress.Loopback, 1)) { IsSecure = true };
        var connection = new Connection(pipes.Server, facts, options, timeProvider: timeProvider);
        using var ledger = new ActiveConnectionLedger();
        Task serving = ServeAsync();
        try
        {
            ServerClient client = await ServerClient.ConnectAsync(new ServerClientOptions
            {
                UserName = alias,
                Password = "password",
                AllowPlaintextPassword = true,
                ConnectCallback = _ => new(new DuplexPipeStream(pipes.Client)),
                KeepAlive = TimeSpan.Zero,
                MaxWaitingMessages = int.MaxValue,
                MaxWaitingBytes = int.MaxValue,
            }).ConfigureAwait(false);
            return new TestConnection(connection, client);
        }
        finally
        {
            await serving.ConfigureAwait(false);
        }

        async Task ServeAsync()
        {
            if (await Srv.ConnectClientAsync(connection, ledger, new InMemoryUserDatabase(), new Everyone()).ConfigureAwait(false))
                ledger.Remove(connection);
            else
                await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Reads what was sent to the user since the last call: messages, announcements of joins and leaves, and errors, the oldest first. If
    /// the connection has ended, the last item is a <see cref="ReceivedKind.Disconnected"/>.
    /// </summary>
    public async Task<IReadOnlyList<ReceivedMessage>> ReadSentAsync()
    {
        var sent = new List<ReceivedMessage>();
        try
        {
            // Everything before this message was sent before this call.
            Connection.SendError(EndOfSent, "");
            if (Connection.Reason != DisconnectReason.None)
                await Connection.DisposeAsync().ConfigureAwait(false);
            while (await _received.MoveNextAsync().ConfigureAwait(false) && _received.Current.Code != EndOfSent)
                sent.Add(_received.Current);
        }
        catch (ServerClientException)
        {
            // The connection has ended. What was sent before is complete.
        }

        return sent;
    }

    /// <summary>Does the same as <see cref="DisposeAsync"/>, and blocks until it is done.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    /// <summary>Ends the connection, unless it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _received.DisposeAsync().ConfigureAwait(false);
        await _client.DisposeAsync().ConfigureAwait(false);
        await Connection.DisposeAsync().ConfigureAwait(false);
    }

    private sealed class Everyone : IAuthenticator
    {
        public ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
            new(LoginResult.Ok(credentials.Username));
    }
}
