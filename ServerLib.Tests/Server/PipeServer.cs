using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Server;

/// <summary>
/// A server whose clients connect over pipes from any address. Its clock stands still, and its accounts accept every password.
/// </summary>
internal sealed class PipeServer : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly PipeListener _listener = new();
    private readonly TempFolder _folder = new();

    private PipeServer(Action<ServerOptions>? configure, Action<IServiceCollection>? services)
    {
        var collection = new ServiceCollection();
        collection.AddServerLib(options =>
        {
            options.DataDirectory = _folder.Path;
            options.Passwords.MinLength = 1;
            options.Login.Plaintext = PlaintextPolicy.Anywhere;
            options.Limits.KeepAlive = TimeSpan.Zero;
            options.ShutdownTimeout = TimeSpan.Zero;
            configure?.Invoke(options);
        });
        OpenDatabase.Use(collection);
        collection.Replace(ServiceDescriptor.Singleton(ServerKey.Ephemeral));
        collection.Replace(ServiceDescriptor.Singleton<ServerCertificate>(_ => null!));
        collection.Replace(ServiceDescriptor.Singleton<AuditTrail>(_ => null!));
        collection.Replace(ServiceDescriptor.Singleton<TimeProvider>(Time));
        collection.Replace(ServiceDescriptor.Singleton<ILog>(new DelegateLog(Logged.Enqueue)));
        collection.AddLogging(logging => logging.AddProvider(new WarningsProvider(Warnings)));
        services?.Invoke(collection);
        _services = collection.BuildServiceProvider();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public ConcurrentQueue<string> Logged { get; } = [];

    /// <summary>The warnings and errors in the application's log.</summary>
    public ConcurrentQueue<string> Warnings { get; } = [];

    public ConnectionServer Server => _services.GetRequiredService<ConnectionServer>();

    public IConnectionLedger Ledger => _services.GetRequiredService<IConnectionLedger>();

    public static async Task<PipeServer> StartAsync(
        Action<ServerOptions>? configure = null, Action<IServiceCollection>? services = null, TimeSpan later = default)
    {
        var server = new PipeServer(configure, services);
        server.Time.Advance(later);
        await server.Server.StartAsync(server._listener);
        return server;
    }

    public PipePeer Connect(string address = "203.0.113.7") => _listener.Connect(address);

    public async ValueTask DisposeAsync()
    {
        await Server.StopAsync(new CancellationToken(canceled: true));
        await _services.DisposeAsync();
        _folder.Dispose();
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
