using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServerLib.Server;

namespace ServerLib.Hosting;

/// <summary>Starts and stops a server with the application.</summary>
/// <param name="services">The server's services.</param>
internal sealed class HostedServer(IServiceProvider services) : IHostedService
{
    private readonly ConnectionServer _server = services.GetRequiredService<ConnectionServer>();
    private IDisposable? _watch;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await CreateHandlerAsync().ConfigureAwait(false);
        await _server.StartAsync(cancellationToken).ConfigureAwait(false);
        _watch = services.GetRequiredService<OptionsReloader>().Watch(services.GetServices<IOptionsChangeTokenSource<ServerOptions>>());
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _watch?.Dispose();
        return _server.StopAsync(cancellationToken);
    }

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
