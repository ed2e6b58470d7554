using Microsoft.Extensions.DependencyInjection;

namespace ServerLib.Hosting;

/// <summary>
/// The services as one named server sees them: its own parts, which need no key here, and what all servers of the application share. So
/// the same handler class works in every server.
/// </summary>
internal sealed class ServerServices : IKeyedServiceProvider, IServiceProviderIsKeyedService, IServiceScopeFactory
{
    private readonly IKeyedServiceProvider _services;
    private readonly IServiceProviderIsKeyedService _registered;
    private readonly string _server;

    private ServerServices(IServiceProvider services, string server)
    {
        _services = services as IKeyedServiceProvider
            ?? throw new InvalidOperationException("A server with a name needs a service provider that supports keyed services.");
        _registered = services.GetRequiredService<IServiceProviderIsKeyedService>();
        _server = server;
    }

    /// <summary>The services of a server.</summary>
    public static IServiceProvider Of(IServiceProvider services, string server) =>
        server.Length == 0 ? services : new ServerServices(services, server);

    public object? GetService(Type serviceType)
    {
        if (IsThis(serviceType))
            return this;
        return IsOwn(serviceType) ? _services.GetKeyedService(serviceType, _server) : _services.GetService(serviceType);
    }

    public object? GetKeyedService(Type serviceType, object? serviceKey) =>
        serviceKey is null ? GetService(serviceType) : _services.GetKeyedService(serviceType, serviceKey);

    public object GetRequiredKeyedService(Type serviceType, object? serviceKey) =>
        serviceKey is null ? this.GetRequiredService(serviceType) : _services.GetRequiredKeyedService(serviceType, serviceKey);

    public bool IsService(Type serviceType) => IsThis(serviceType) || IsOwn(serviceType) || _registered.IsService(serviceType);

    public bool IsKeyedService(Type serviceType, object? serviceKey) =>
        serviceKey is null ? IsService(serviceType) : _registered.IsKeyedService(serviceType, serviceKey);

    public IServiceScope CreateScope() => new Scope(_services.CreateAsyncScope(), _server);

    private static bool IsThis(Type type) => type.IsInterface && type.IsAssignableFrom(typeof(ServerServices));

    /// <summary>Whether this server has a service of this type, or at least one for a collection.</summary>
    private bool IsOwn(Type type)
    {
        bool isCollection = type.IsConstructedGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>);
        return _registered.IsKeyedService(isCollection ? type.GenericTypeArguments[0] : type, _server);
    }

    private sealed class Scope(AsyncServiceScope scope, string server) : IServiceScope, IAsyncDisposable
    {
        public IServiceProvider ServiceProvider { get; } = Of(scope.ServiceProvider, server);

        public void Dispose() => scope.Dispose();

        public ValueTask DisposeAsync() => scope.DisposeAsync();
    }
}
