using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace ServerLib.Testing;

/// <summary>
/// A server in memory: clients connect through pipes, from any address that a test chooses. It listens on no port, and its accounts are in
/// memory (<see cref="InMemoryUserDatabase"/>). Admission, logins, limits and handlers are those of a real server.
/// </summary>
public sealed class TestServer : IDisposable, IAsyncDisposable
{
    // Generating a key takes long, and tests have nothing to keep secret.
    private static readonly Lazy<ServerKey> SharedKey = new(() => ServerKey.Generate());

    private readonly ServerLibServer _server;
    private readonly DirectoryInfo _folder;
    private readonly ConcurrentQueue<string> _activity = [];
    private readonly ConcurrentQueue<Task> _connections = [];
    private int _isDisposed;

    private TestServer(Action<IServerLibBuilder>? configure)
    {
        _folder = Directory.CreateTempSubdirectory("serverlib-test-");
        _server = ServerLibServer.Create(builder =>
        {
            builder.Configure(options =>
            {
                options.Transport = TransportKind.None;
                options.DataDirectory = _folder.FullName;
                options.Passwords.MinLength = 1;
            });
            builder.UseUserDatabase<InMemoryUserDatabase>();
            builder.Use(SharedKey.Value);
            builder.Use(_ => ServerCertificate.CreateEphemeral());
            builder.Use<ILog>(new DelegateLog(_activity.Enqueue));
            configure?.Invoke(builder);
        });
    }

    /// <summary>The server's parts, such as <see cref="IServerControl"/> and <see cref="IConnectionLedger"/>.</summary>
    public IServiceProvider Services => _server.Services;

    /// <summary>The lines that the server has written to the activity log, the oldest first.</summary>
    public IReadOnlyCollection<string> ActivityLog => _activity;

    /// <summary>Creates and starts a server.</summary>
    /// <param name="configure">
    /// Sets the handler, and changes options and parts. To set the clock, register a <see cref="TimeProvider"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<TestServer> StartAsync(Action<IServerLibBuilder>? configure = null, CancellationToken cancellationToken = default)
    {
        var server = new TestServer(configure);
        try
        {
            await server._server.StartAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch (Exception)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Connects a client and logs it in.</summary>
    /// <param name="userName">The user's name. The first login registers it.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="ServerClientException">The server refuses the connection or the login.</exception>
    public Task<ServerClient> ConnectAsync(string userName, CancellationToken cancellationToken = default) =>
        ConnectAsync(new ServerClientOptions { UserName = userName, Password = "password" }, cancellationToken: cancellationToken);

    /// <summary>Connects a client and logs it in.</summary>
    /// <param name="options">
    /// The user and the client's limits. This method sets <see cref="ServerClientOptions.ConnectCallback"/> and allows a password without
    /// TLS.
    /// </param>
    /// <param name="facts">What the server knows about the client. Default a client on this machine, without TLS.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="ServerClientException">The server refuses the connection or the login.</exception>
    public async Task<ServerClient> ConnectAsync(
        ServerClientOptions options, ConnectionFacts? facts = null, CancellationToken cancellationToken = default)
    {
        ServerClient client = CreateClient(options, facts);
        await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return client;
    }

    /// <summary>Creates a client that is not connected, for example to add handlers to it before it connects.</summary>
    /// <param name="options">
    /// The user and the client's limits. This method sets <see cref="ServerClientOptions.ConnectCallback"/> and allows a password without
    /// TLS.
    /// </param>
    /// <param name="facts">What the server knows about the client. Default a client on this machine, without TLS.</param>
    public ServerClient CreateClient(ServerClientOptions options, ConnectionFacts? facts = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AllowPlaintextPassword = true;
        options.ConnectCallback = _ => new(new DuplexPipeStream(Open(facts)));
        return new ServerClient(options);
    }

    /// <summary>Opens a connection on which a test writes and reads the bytes of the protocol itself.</summary>
    /// <param name="facts">What the server knows about the client. Default a client on this machine, without TLS.</param>
    /// <returns>The client's end.</returns>
    public IDuplexPipe Open(ConnectionFacts? facts = null) => Open(facts, out _);

    /// <summary>Stops the server, and ends all connections.</summary>
    /// <param name="cancellationToken">Ends the connections at once.</param>
    public Task StopAsync(CancellationToken cancellationToken = default) => _server.StopAsync(cancellationToken);

    /// <summary>Does the same as <see cref="DisposeAsync"/>, and blocks until it is done.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    /// <summary>Stops the server, waits until all handlers have returned, and deletes the server's files.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        try
        {
            // A connection never fails, whatever its client or handler does. If one does, the test has found a bug of the server.
            await Task.WhenAll(_connections).ConfigureAwait(false);
        }
        finally
        {
            await _server.DisposeAsync().ConfigureAwait(false);
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
                _folder.Delete(recursive: true);
        }
    }

    /// <summary>Opens a connection.</summary>
    /// <param name="facts">What the server knows about the client. Default a client on this machine, without TLS.</param>
    /// <param name="running">Completes when the connection is closed and the server has released what it held for it.</param>
    /// <returns>The client's end.</returns>
    internal IDuplexPipe Open(ConnectionFacts? facts, out Task running)
    {
        var pipes = new PipePair();
        running = Services.GetRequiredService<IServerControl>().RunConnectionAsync(
            pipes.Server, facts ?? new ConnectionFacts(new IPEndPoint(IPAddress.Loopback, 1)));
        _connections.Enqueue(running);
        return pipes.Client;
    }
}
