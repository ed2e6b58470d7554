using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ServerLib.Server;

namespace ServerLib.Benchmarks.Servers;

/// <summary>ServerLib with its defaults: accounts on disk, ledger, activity log, limits.</summary>
/// <param name="setup">How it is started.</param>
/// <param name="portable">Whether it uses the runtime's sockets on Linux, too.</param>
/// <param name="connectionString">Where the accounts are in PostgreSQL. By default they are in a file.</param>
internal sealed class ServerLibServer(ServerSetup setup, bool portable, string? connectionString = null) : IServer
{
    /// <summary>The database for measurements with PostgreSQL; <see langword="null"/> if there is none.</summary>
    public static readonly string? PostgreSql = Environment.GetEnvironmentVariable("ConnectionStrings__ServerLib");

    private readonly DirectoryInfo _data =
        setup.Data is { } folder ? new DirectoryInfo(folder) : Directory.CreateTempSubdirectory("serverlib-benchmark-");

    private IHost? _host;

    public async Task<int> StartAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        IServerLibBuilder server = builder.Services.AddServerLib(Configure);
        if (connectionString is not null)
            server.AddPostgreSql(connectionString);
        if (setup.Mode == Mode.Echo)
            builder.Services.AddScoped<IMessageHandler, EchoHandler>();
        else if (setup.Mode == Mode.FanOut)
            builder.Services.AddScoped<IMessageHandler, FanOutHandler>();
        else if (setup.Mode == Mode.Blocking)
            builder.Services.AddScoped<IMessageHandler, BlockingHandler>();
        _host = builder.Build();
        await _host.StartAsync();
        return _host.Services.GetRequiredService<ConnectionServer>().EndPoint!.Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync();
            await ((IAsyncDisposable)_host).DisposeAsync();
        }

        if (setup.Data is null)
            _data.Delete(recursive: true);
    }

    private void Configure(ServerOptions options)
    {
        options.Port = setup.Port;
        options.Transport = portable ? TransportKind.Portable : TransportKind.Automatic;
        options.DataDirectory = _data.FullName;
        options.Limits.MaxConnections = 20_000;
        options.Limits.MaxUnauthenticated = new(20000, 100, 20000);
        options.ShutdownTimeout = TimeSpan.FromSeconds(3);
        if (setup.FullHash)
            return;

        // Password hashing has a case of its own; here it would only slow down the setup.
        options.PasswordHashing.MemorySize = 8;
        options.PasswordHashing.Iterations = 1;
    }

    private sealed class EchoHandler : IMessageHandler
    {
        public ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken)
        {
            connection.TrySend(connection.Alias, message);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class FanOutHandler(IMessageRouter router) : IMessageHandler
    {
        public async ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken) =>
            await router.SendToAllAsync(connection.Alias, message, cancellationToken: cancellationToken);
    }

    private sealed class BlockingHandler : IMessageHandler
    {
        public ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken)
        {
            if (message.Body.Span[0] == ServerSetup.SleepMark)
                Thread.Sleep(ServerSetup.Sleep);
            connection.TrySend(connection.Alias, message);
            return ValueTask.CompletedTask;
        }
    }
}
