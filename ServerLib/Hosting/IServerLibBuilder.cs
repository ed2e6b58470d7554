using Microsoft.Extensions.DependencyInjection;

namespace ServerLib;

/// <summary>Configures one server. <c>AddServerLib</c> returns it, and packages add extension methods to it.</summary>
public interface IServerLibBuilder
{
    /// <summary>The application's services.</summary>
    IServiceCollection Services { get; }

    /// <summary>
    /// The server's name: the key of its services and the name of its options. Empty for a server that was added without a name, whose
    /// services have no key.
    /// </summary>
    string Name { get; }
}
