using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ServerLib.Testing;

/// <summary>
/// A server in memory: clients connect through pipes, from any address that a test chooses. It listens on no port, writes no file, hashes no
/// password, and its clock stands still until the test advances it. Admission, logins, tickets, limits and handlers are those of a real
/// server.
/// </summary>
/// <remarks>
/// The accounts (<see cref="InMemoryUserDatabase"/>), the <see cref="AuditTrail"/>, the <see cref="LoginThrottle"/> and the keys are kept in
/// memory. A test can replace each of these parts, like every other part.
/// </remarks>
public sealed class TestServer : IDisposable, IAsyncDisposable
{
    // Generating a key takes long, and tests have nothing to keep secret.
    private static readonly Lazy<ServerKey> SharedKey = new(() => ServerKey.Generate());

    private readonly ServerLibServer _server;
    private readonly ConcurrentQueue<string> _activity = [];
    private readonly ConcurrentQueue<Task> _connections = [];

    private TestServer(FakeTimeProvider time, Action<IServerLibBuilder>? configure)
    {
        Time = time;
        _server = ServerLibServer.Create(builder =>
        {
            builder.Configure(options =>
            {
                options.Transport = TransportKind.None;
                options.Passwords.MinLength = 1;
            });
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time));
            UseMemory(builder);
            configure?.Invoke(builder);
        });
    }

    /// <summary>The clock of the server and its clients. It stands still until the test advances it.</summary>
    public FakeTimeProvider Time { get; }

    /// <summary>The server's parts, such as <see cref="IServerControl"/> and <see cref="IConnectionLedger"/>.</summary>
    public IServiceProvider Services => _server.Services;

    /// <summary>The lines that the server has written to the activity log, the oldest first.</summary>
    public IReadOnlyCollection<string> ActivityLog => _activity;

    /// <summary>Creates and starts a server with a clock of its own.</summary>
    /// <param name="configure">Sets the handler, and changes options and parts.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static Task<TestServer> StartAsync(Action<IServerLibBuilder>? configure = null, CancellationToken cancellationToken = default) =>
        StartAsync(new FakeTimeProvider(), configure, cancellationToken);

    /// <summary>Creates and starts a server.</summary>
    /// <param name="time">The clock, for example one that several servers share.</param>
    /// <param name="configure">Sets the handler, and changes options and parts.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<TestServer> StartAsync(
        FakeTimeProvider time, Action<IServerLibBuilder>? configure = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(time);
        var server = new TestServer(time, configure);
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
    /// The user and the client's limits. This method sets <see cref="ServerClientOptions.ConnectCallback"/>, allows a password without TLS,
    /// and sets the server's clock unless the options have another one.
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
    /// The user and the client's limits. This method sets <see cref="ServerClientOptions.ConnectCallback"/>, allows a password without TLS,
    /// and sets the server's clock unless the options have another one.
    /// </param>
    /// <param name="facts">What the server knows about the client. Default a client on this machine, without TLS.</param>
    public ServerClient CreateClient(ServerClientOptions options, ConnectionFacts? facts = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AllowPlaintextPassword = true;
        options.ConnectCallback = _ => new(new DuplexPipeStream(Open(facts)));
        if (options.TimeProvider == TimeProvider.System)
            options.TimeProvider = Services.GetRequiredService<TimeProvider>();
        return new ServerClient(options);
    }

    /// <summary>Connects a client that a test asks what it has received, and logs it in.</summary>
    /// <param name="userName">The user's name. The first login registers it.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="ServerClientException">The server refuses the connection or the login.</exception>
    public async Task<TestClient> ConnectTestClientAsync(string userName, CancellationToken cancellationToken = default) =>
        new(await ConnectAsync(
            new ServerClientOptions
            {
                UserName = userName,
                Password = "password",
                MaxWaitingMessages = int.MaxValue,
                MaxWaitingBytes = int.MaxValue,
            },
            cancellationToken: cancellationToken).ConfigureAwait(false));

    /// <summary>Opens a connection on which a test writes and reads the bytes of the protocol itself.</summary>
    /// <param name="facts">What the server knows about the client. Default a client on this machine, without TLS.</param>
    /// <returns>The client's end.</returns>
    public IDuplexPipe Open(ConnectionFacts? facts = null) => Open(facts, out _);

    /// <summary>Stops the server, and ends all connections.</summary>
    /// <param name="cancellationToken">Ends the connections at once.</param>
    public Task StopAsync(CancellationToken cancellationToken = default) => _server.StopAsync(cancellationToken);

    /// <summary>Does the same as <see cref="DisposeAsync"/>, and blocks until it is done.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    /// <summary>Stops the server, and waits until all handlers have returned.</summary>
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
        }
    }

    /// <summary>Opens a connection.</summary>
    /// <param name="facts">What the server knows about the client. Default a client on this machine, without TLS.</param>
    /// <param name="running">Completes when the connection is closed and the server has released what it held for it.</param>
    /// <param name="options">The buffers of the pipes. Default no limit, so that a test need not read before it sends more.</param>
    /// <returns>The client's end.</returns>
    internal IDuplexPipe Open(ConnectionFacts? facts, out Task running, PipeOptions? options = null)
    {
        var pipes = new PipePair(options);
        running = Services.GetRequiredService<IServerControl>().RunConnectionAsync(
            pipes.Server, facts ?? new ConnectionFacts(new IPEndPoint(IPAddress.Loopback, 1)));
        _connections.Enqueue(running);
        return pipes.Client;
    }

    /// <summary>Replaces the parts that store something in files.</summary>
    private void UseMemory(IServerLibBuilder builder)
    {
        builder.UseUserDatabase<InMemoryUserDatabase>();
        builder.Use(SharedKey.Value);
        builder.Use(_ => ServerCertificate.CreateEphemeral());
        builder.Use<ILog>(new DelegateLog(_activity.Enqueue));
        builder.Use<IAuditStore>(new InMemoryAuditStore());
        builder.Use(services => TicketKeyRing.CreateEphemeral(services.GetRequiredService<TimeProvider>()));
        builder.Use(services => new LoginThrottle(
            services.GetRequiredService<IOptions<ServerOptions>>().Value, timeProvider: services.GetRequiredService<TimeProvider>()));
    }
}
