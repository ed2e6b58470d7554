using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServerLib.Diagnostics;
using ServerLib.Server;

namespace ServerLib;

/// <summary>A server for an application without a host. It has its own service container.</summary>
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
    private readonly LifeCycle _lifeCycle = new();
    private volatile ConnectionServer? _server;

    private ServerLibServer(ServiceProvider services) => _services = services;

    /// <summary>The address and port that the server listens on; <see langword="null"/> if it does not listen.</summary>
    public IPEndPoint? EndPoint => _server?.EndPoint;

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
    /// <exception cref="ServerLibException">
    /// The server can't start, for example because the port is in use. It can be started again.
    /// </exception>
    /// <exception cref="InvalidOperationException">The server has been started or disposed before.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default) =>
        _lifeCycle.StartAsync(() => StartAllAsync(cancellationToken), cancellationToken);

    /// <summary>
    /// Stops listening, calls <see cref="IMessageHandler.OnServerStoppingAsync"/> of each handler, and ends all connections. This takes at
    /// most <see cref="ServerOptions.ShutdownTimeout"/>. Does nothing if the server is not running.
    /// </summary>
    /// <param name="cancellationToken">Ends the connections at once.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        // Another caller may be stopping the server already, with another token.
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static server => ((ConnectionServer?)server)?.EndShutdownWait(), _server);
        await _lifeCycle.StopAsync(() => StopAllAsync(cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Stops the server and releases its resources. Blocks; prefer <see cref="DisposeAsync"/>.</summary>
    public void Dispose() => BlockingDisposal.Dispose(this);

    /// <summary>Stops the server and releases its resources.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _lifeCycle.DisposeAsync(() => StopAllAsync(CancellationToken.None)).ConfigureAwait(false);
        }
        finally
        {
            await _services.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task StartAllAsync(CancellationToken cancellationToken)
    {
        _services.GetRequiredService<IStartupValidator>().Validate();
        _server = _services.GetRequiredService<ConnectionServer>();
        try
        {
            foreach (IHostedService service in _services.GetServices<IHostedService>())
            {
                await service.StartAsync(cancellationToken).ConfigureAwait(false);
                _started.Push(service);
            }
        }
        catch
        {
            await StopAllAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops all services, also if one of them fails.</summary>
    private async Task StopAllAsync(CancellationToken cancellationToken)
    {
        if (!_started.TryPop(out IHostedService? service))
            return;
        try
        {
            await service.StopAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            try
            {
                await StopAllAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                // As in a host: when all services have stopped.
                if (service is IHostedLifecycleService late)
                    await late.StoppedAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
