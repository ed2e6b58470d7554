using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace ServerLib.Hosting;

/// <summary>Describes services that belong to one server. Their constructors get the other parts of the same server.</summary>
internal static class ServerPart
{
    public static ServiceDescriptor Singleton<T>(string server, Func<IServiceProvider, T?> create)
        where T : class =>
        new(typeof(T), ServiceKey.Of(server), (services, _) => create(ServerServices.Of(services, server))!, ServiceLifetime.Singleton);

    public static ServiceDescriptor Of<
        TService, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TImplementation>(
        string server, ServiceLifetime lifetime)
        where TImplementation : class, TService
    {
        // The container itself names what is missing best, so it creates what it can.
        if (server.Length == 0)
            return new ServiceDescriptor(typeof(TService), typeof(TImplementation), lifetime);
        var create = new Lazy<ObjectFactory<TImplementation>>(() => ActivatorUtilities.CreateFactory<TImplementation>([]));
        return new ServiceDescriptor(
            typeof(TService), server, (services, _) => create.Value(ServerServices.Of(services, server), []), lifetime);
    }
}
