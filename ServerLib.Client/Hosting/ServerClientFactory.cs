using Microsoft.Extensions.DependencyInjection;

namespace ServerLib.Clients;

/// <summary>Finds the named clients in the container, and connects them.</summary>
internal sealed class ServerClientFactory(IServiceProvider services) : IServerClientFactory
{
    public async Task<IServerClient> GetAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        IServerClient client = services.GetKeyedService<IServerClient>(name)
            ?? throw new InvalidOperationException($"There is no client with the name '{name}'. Register it with AddServerLibClient.");
        await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return client;
    }
}
