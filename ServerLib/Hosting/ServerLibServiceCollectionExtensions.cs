using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServerLib;
using ServerLib.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds servers to an application.</summary>
public static class ServerLibServiceCollectionExtensions
{
    /// <summary>
    /// Adds a server that starts and stops with the application. Each of its parts has a default. To replace a part, use the builder, or
    /// register your own service before or after this call.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the options, which are validated when the application starts. Default no changes.</param>
    /// <returns>A builder for the server.</returns>
    /// <exception cref="InvalidOperationException">
    /// The application has a server without a name already. Give each server a name.
    /// </exception>
    public static IServerLibBuilder AddServerLib(this IServiceCollection services, Action<ServerOptions>? configure = null) =>
        Add(services, Options.Options.DefaultName).Configure(configure);

    /// <summary>Adds a server with options from configuration.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configuration">
    /// The application's configuration, whose section <see cref="ServerOptions.SectionName"/> is read; or a section that contains the
    /// options. Unknown names and invalid values fail the start. From a configuration, a list is read whole from the last source that has
    /// it. If you give a section, the framework has already combined the lists of all sources item by item.
    /// </param>
    /// <returns>A builder for the server.</returns>
    /// <exception cref="InvalidOperationException">
    /// The application has a server without a name already. Give each server a name.
    /// </exception>
    public static IServerLibBuilder AddServerLib(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(services, Options.Options.DefaultName).Configure(configuration);
    }

    /// <summary>
    /// Adds a server with a name, so that one application can have several servers. Each has its own parts, options and handlers. The name
    /// is the key of the server's services. The default <see cref="ServerOptions.DataDirectory"/> is <c>serverlib-data-</c> and the name.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="name">The server's name: letters, digits, <c>-</c> and <c>_</c>.</param>
    /// <param name="configure">Changes the options, which are validated when the application starts. Default no changes.</param>
    /// <returns>A builder for the server.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or has other characters.</exception>
    /// <exception cref="InvalidOperationException">The application has a server with this name already.</exception>
    public static IServerLibBuilder AddServerLib(this IServiceCollection services, string name, Action<ServerOptions>? configure = null)
    {
        ThrowIfNoName(name);
        return Add(services, name).Configure(configure);
    }

    /// <summary>Adds a server with a name, and with options from configuration.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="name">The server's name: letters, digits, <c>-</c> and <c>_</c>.</param>
    /// <param name="section">
    /// The section that contains this server's options. Unknown names and invalid values fail the start. If several sources have a list,
    /// the framework combines the lists item by item.
    /// </param>
    /// <returns>A builder for the server.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or has other characters.</exception>
    /// <exception cref="InvalidOperationException">The application has a server with this name already.</exception>
    public static IServerLibBuilder AddServerLib(this IServiceCollection services, string name, IConfigurationSection section)
    {
        ThrowIfNoName(name);
        ArgumentNullException.ThrowIfNull(section);
        return Add(services, name).Configure(section);
    }

    private static void ThrowIfNoName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new ArgumentException($"'{name}' is not a server's name: it may have letters, digits, '-' and '_'.", nameof(name));
    }

    private static ServerLibBuilder Add(IServiceCollection services, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        var server = ServerLibBuilder.Add(services, name);
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<ServerOptions>(name).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ServerOptions>, ServerOptionsValidator>());
        if (name.Length > 0)
            server.Configure(options => options.DataDirectory = $"{options.DataDirectory}-{name}");

        DefaultParts.AddTo(server);
        services.AddSingleton<IHostedService>(provider => new HostedServer(ServerServices.Of(provider, name)));
        return server;
    }
}
