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

    /// <summary>Creates the builder of a server.</summary>
    /// <exception cref="InvalidOperationException">The application has a server with this name already.</exception>
    public static ServerLibBuilder Add(IServiceCollection services, string name)
    {
        if (Find(services, name) is not null)
        {
            string server = name.Length == 0 ? "without a name" : $"with the name '{name}'";
            throw new InvalidOperationException(
                $"A server {server} has been added already. To have several servers, give each a name: AddServerLib(\"lobby\"), "
                + "AddServerLib(\"game\"). To change the options of one server, call Configure on the builder that AddServerLib returns.");
        }

        var builder = new ServerLibBuilder(services, name);
        services.Add(new ServiceDescriptor(typeof(ServerLibBuilder), ServiceKey.Of(name), builder));
        return builder;
    }

    /// <summary>Finds the builder of a server; <see langword="null"/> if the server has not been added.</summary>
    public static ServerLibBuilder? Find(IServiceCollection services, string name)
    {
        object? key = ServiceKey.Of(name);
        ServiceDescriptor? known = services.FirstOrDefault(d => d.ServiceType == typeof(ServerLibBuilder) && Equals(d.ServiceKey, key));
        return (known?.IsKeyedService == true ? known.KeyedImplementationInstance : known?.ImplementationInstance) as ServerLibBuilder;
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

    /// <summary>Registers another default for a part, unless the application has registered its own.</summary>
    public void ChangeDefault<T>(ServiceDescriptor part)
    {
        if (!UsesDefault<T>())
            return;
        Services.Replace(part);
        _defaults.Add(part);
    }

    /// <summary>Whether the application uses the default of this part. The last registration counts.</summary>
    public bool UsesDefault<T>() => Services.LastOrDefault(d => d.ServiceType == typeof(T) && Equals(d.ServiceKey, Key)) is { } last
        && _defaults.Contains(last);
}
