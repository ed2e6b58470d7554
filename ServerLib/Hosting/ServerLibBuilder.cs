using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ServerLib.Hosting;

/// <summary>Registers the default parts of one server, and knows which of them the application has replaced.</summary>
internal sealed class ServerLibBuilder : IServerLibBuilder
{
    private readonly HashSet<ServiceDescriptor> _defaults = [];

    private ServerLibBuilder(IServiceCollection services, string name) => (Services, Name) = (services, name);

    public IServiceCollection Services { get; }

    public string Name { get; }

    private object? Key => ServiceKey.Of(Name);

    /// <summary>Finds the builder of a server, or creates it if the server has not been added yet.</summary>
    public static ServerLibBuilder GetOrAdd(IServiceCollection services, string name, out bool isNew)
    {
        object? key = ServiceKey.Of(name);
        ServiceDescriptor? known = services.FirstOrDefault(d => d.ServiceType == typeof(ServerLibBuilder) && Equals(d.ServiceKey, key));
        isNew = known is null;
        if (known is not null)
            return (ServerLibBuilder)(known.IsKeyedService ? known.KeyedImplementationInstance : known.ImplementationInstance)!;
        var builder = new ServerLibBuilder(services, name);
        services.Add(new ServiceDescriptor(typeof(ServerLibBuilder), key, builder));
        return builder;
    }

    /// <summary>Registers a part, unless the application has registered its own already.</summary>
    public void AddDefault<T>(Func<IServiceProvider, T?> create)
        where T : class =>
        AddDefault(ServerPart.Singleton(Name, create));

    /// <inheritdoc cref="AddDefault{T}"/>
    public void AddDefault(ServiceDescriptor part)
    {
        Services.TryAdd(part);
        _defaults.Add(part);
    }

    /// <summary>Whether the application uses the default of this part. The last registration counts.</summary>
    public bool UsesDefault<T>() => Services.LastOrDefault(d => d.ServiceType == typeof(T) && Equals(d.ServiceKey, Key)) is { } last
        && _defaults.Contains(last);
}
