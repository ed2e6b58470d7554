using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using ServerLib;
using ServerLib.Clients;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers clients of servers that are built with ServerLib.</summary>
public static class ServerLibClientServiceCollectionExtensions
{
    /// <summary>
    /// Registers a client with a name: a singleton, which <see cref="IServerClientFactory"/> connects when it is first used. To register
    /// handlers before it connects, inject it with <see cref="FromKeyedServicesAttribute"/> and its name. It writes to the container's log,
    /// and is disposed with the container.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The client's name.</param>
    /// <param name="configure">Sets the server, the user and the limits. Called when the client is first used.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="InvalidOperationException">There is already a client with this name.</exception>
    public static IServiceCollection AddServerLibClient(this IServiceCollection services, string name, Action<ServerClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return AddServerLibClient(services, name, (_, options) => configure(options));
    }

    /// <inheritdoc cref="AddServerLibClient(IServiceCollection, string, Action{ServerClientOptions})"/>
    public static IServiceCollection AddServerLibClient(
        this IServiceCollection services, string name, Action<IServiceProvider, ServerClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configure);
        if (services.Any(service => service.ServiceType == typeof(IServerClient) && name.Equals(service.ServiceKey)))
            throw new InvalidOperationException($"There is already a client with the name '{name}'.");
        services.TryAddSingleton<IServerClientFactory, ServerClientFactory>();
        return services.AddKeyedSingleton<IServerClient>(name, (provider, _) =>
        {
            var options = new ServerClientOptions { LoggerFactory = provider.GetService<ILoggerFactory>() };
            configure(provider, options);
            return new ServerClient(options);
        });
    }
}
