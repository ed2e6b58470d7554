using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ServerLib;

/// <summary>A server in an application without a host: it has a service container of its own.</summary>
/// <example>
/// <code>
/// await using var server = ServerLibServer.Create(b => b
///     .Configure(options => options.Port = 9000)
///     .OnMessage((connection, message) => connection.TrySend("echo", message.Body)));
/// await server.StartAsync();
/// </code>
/// </example>
public sealed class ServerLibServer : IDisposable, IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly Stack<IHostedService> _started = [];

    private ServerLibServer(ServiceProvider services) => _services = services;

    /// <summary>The address and port that the server listens on; <see langword="null"/> before it has started.</summary>
    public IPEndPoint? EndPoint => _services.GetRequiredService<ConnectionServer>().EndPoint;

    /// <summary>The server's parts, such as <see cref="IMessageRouter"/> and <see cref="IConnectionLedger"/>.</summary>
    public IServiceProvider Services => _services;

    /// <summary>Creates a server, which does not listen yet.</summary>
    /// <param name="configure">Sets the options and the handler, and adds services.</param>
    public static ServerLibServer Create(Action<IServerLibBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var services = new ServiceCollection();
        configure(services.AddServerLib());
        return new ServerLibServer(services.BuildServiceProvider(validateScopes: true));
    }

    /// <summary>Validates the options and starts to listen.</summary>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="OptionsValidationException">An option is invalid.</exception>
    /// <exception cref="ServerLibException">The server can't start, for example because the port is in use.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        _services.GetRequiredService<IStartupValidator>().Validate();
        foreach (IHostedService service in _services.GetServices<IHostedService>().Skip(_started.Count))
        {
            await service.StartAsync(cancellationToken).ConfigureAwait(false);
            _started.Push(service);
        }
    }

    /// <summary>
    /// Stops listening, lets the handlers say goodbye and ends all connections, within <see cref="ServerOptions.ShutdownTimeout"/>.
    /// </summary>
    /// <param name="cancellationToken">Ends the connections at once.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        while (_started.TryPop(out IHostedService? service))
            await service.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops the server and releases what it holds. Blocks; prefer <see cref="DisposeAsync"/>.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    /// <summary>Stops the server and releases what it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync().ConfigureAwait(false);
        }
        finally
        {
            await _services.DisposeAsync().ConfigureAwait(false);
        }
    }
}
