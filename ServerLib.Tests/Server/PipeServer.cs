using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Server;
using ServerLib.Testing;
using ServerLib.Tests.Compact;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Server;

/// <summary>
/// A <see cref="TestServer"/> for tests of limits and bans: its clock stands still, its accounts accept every password, passwords need no
/// TLS, and clients connect from any address.
/// </summary>
internal sealed class PipeServer : IAsyncDisposable
{
    private TestServer _server = null!;

    private PipeServer()
    {
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public ConcurrentQueue<string> Logged { get; } = [];

    /// <summary>The warnings and errors in the application's log.</summary>
    public ConcurrentQueue<string> Warnings { get; } = [];

    public ConnectionServer Server => _server.Services.GetRequiredService<ConnectionServer>();

    public IConnectionLedger Ledger => _server.Services.GetRequiredService<IConnectionLedger>();

    public static async Task<PipeServer> StartAsync(
        Action<ServerOptions>? configure = null, Action<IServiceCollection>? services = null, TimeSpan later = default)
    {
        var server = new PipeServer();
        server.Time.Advance(later);
        server._server = await TestServer.StartAsync(builder => server.Configure(builder, configure, services));
        return server;
    }

    public CompactClient Connect(string address = "203.0.113.7") => CompactClient.On(Open(address, out Task running), running);

    public ClassicClient ConnectClassic(string address = "203.0.113.7") => ClassicClient.On(Open(address, out _));

    public HostileClient ConnectHostile(string address = "203.0.113.7") => HostileClient.Connect(_server, Facts(address));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static ConnectionFacts Facts(string address) => new(new IPEndPoint(IPAddress.Parse(address), 7));

    private DuplexPipeStream Open(string address, out Task running) => new(_server.Open(Facts(address), out running));

    private void Configure(IServerLibBuilder builder, Action<ServerOptions>? configure, Action<IServiceCollection>? services)
    {
        builder.Configure(options =>
        {
            options.Login.Plaintext = PlaintextPolicy.Anywhere;
            options.Limits.KeepAlive = TimeSpan.Zero;
            options.ShutdownTimeout = TimeSpan.Zero;
            configure?.Invoke(options);
        });
        IServiceCollection collection = builder.Services;
        OpenDatabase.Use(collection);
        collection.Replace(ServiceDescriptor.Singleton<ServerCertificate>(_ => null!));
        collection.Replace(ServiceDescriptor.Singleton<AuditTrail>(_ => null!));
        collection.Replace(ServiceDescriptor.Singleton<TimeProvider>(Time));
        collection.Replace(ServiceDescriptor.Singleton<ILog>(new DelegateLog(Logged.Enqueue)));
        collection.AddLogging(logging => logging.AddProvider(new WarningsProvider(Warnings)));
        services?.Invoke(collection);
    }

    private sealed class WarningsProvider(ConcurrentQueue<string> warnings) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                warnings.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
            // Nothing to dispose.
        }
    }
}
