using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServerLib.Server;

namespace ServerLib.Hosting;

/// <summary>Starts and stops a server with the application.</summary>
/// <param name="services">The server's services.</param>
internal sealed class HostedServer(IServiceProvider services) : IHostedLifecycleService
{
    private readonly ConnectionServer _server = services.GetRequiredService<ConnectionServer>();
    private IDisposable? _watch;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await CreateHandlerAsync().ConfigureAwait(false);
        await _server.StartAsync(cancellationToken).ConfigureAwait(false);
        _watch = services.GetRequiredService<OptionsReloader>().Watch(services.GetServices<IOptionsChangeTokenSource<ServerOptions>>());
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Other services of the application may take a while to stop. New clients should not come meanwhile.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<ServerStateSource>().Draining();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _watch?.Dispose();
        return _server.StopAsync(cancellationToken);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Creates a handler as for a connection, so that one that can't be created fails the start and not the first login.</summary>
    private async Task CreateHandlerAsync()
    {
        AsyncServiceScope scope = services.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            try
            {
                _ = scope.ServiceProvider.GetRequiredService<IMessageHandler>();
            }
            catch (Exception e)
            {
                throw new ServerLibException($"The message handler cannot be created: {e.Message}", e);
            }
        }
    }
}
