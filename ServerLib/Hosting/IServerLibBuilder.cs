using Microsoft.Extensions.DependencyInjection;

namespace ServerLib;

/// <summary>Configures one server. <c>AddServerLib</c> returns it, and packages add extension methods to it.</summary>
public interface IServerLibBuilder
{
    /// <summary>The application's services.</summary>
    IServiceCollection Services { get; }

    /// <summary>
    /// The server's name, which is the key of its services and the name of its options. If the server was added without a name, this is
    /// empty, and the services have no key.
    /// </summary>
    string Name { get; }
}
