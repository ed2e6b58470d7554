using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServerLib;
using ServerLib.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Configures a server and replaces its parts.</summary>
public static class ServerLibBuilderExtensions
{
    /// <summary>Changes the options.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="configure">Changes the options. Default no changes.</param>
    public static IServerLibBuilder Configure(this IServerLibBuilder builder, Action<ServerOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (configure is not null)
            builder.Services.Configure(builder.Name, configure);
        return builder;
    }

    /// <summary>
    /// Reads options from configuration. Unknown names and invalid values fail the start. When the configuration changes, the server reloads
    /// its options (<see cref="OptionsReloader"/>).
    /// </summary>
    /// <param name="builder">The server.</param>
    /// <param name="configuration">
    /// The application's configuration, whose section <see cref="ServerOptions.SectionName"/> is read; or a section that contains the
    /// options. From a configuration, a list is read whole from the last source that has it. If you give a section, the framework has
    /// already combined the lists of all sources item by item.
    /// </param>
    public static IServerLibBuilder Configure(this IServerLibBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configuration);
        builder.Services.AddSingleton<IOptionsChangeTokenSource<ServerOptions>>(
            new ConfigurationChanges(builder.Name, configuration));
        return builder.Configure(options => ServerOptionsBinder.Bind(Section(), builder.Name, options));

        IConfigurationSection Section() => configuration switch
        {
            IConfigurationSection section => section,
            IConfigurationRoot root => LayeredConfiguration.GetSection(root, ServerOptions.SectionName),
            _ => configuration.GetSection(ServerOptions.SectionName),
        };
    }

    /// <summary>Sets the message handler. Each connection gets its own instance, from its own scope.</summary>
    /// <typeparam name="T">The handler. Its constructor gets services of the application and parts of this server.</typeparam>
    /// <param name="builder">The server.</param>
    /// <exception cref="InvalidOperationException">The server has a handler already.</exception>
    public static IServerLibBuilder AddHandler<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServerLibBuilder builder)
        where T : class, IMessageHandler
    {
        ThrowIfHandled(builder);
        return Replace(builder, ServerPart.Of<IMessageHandler, T>(NameOf(builder), ServiceLifetime.Scoped));
    }

    /// <summary>Handles messages with a function instead of a class.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="handle">
    /// Called for each message that is not addressed to a user or a group. The body is valid until the returned task completes.
    /// </param>
    /// <exception cref="InvalidOperationException">The server has a handler already, or a function for this.</exception>
    public static IServerLibBuilder OnMessage(
        this IServerLibBuilder builder, Func<Connection, Message, CancellationToken, ValueTask> handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        DelegateHandler handler = DelegateHandlerOf(builder);
        ThrowIfSet(handler.Message, nameof(OnMessage));
        handler.Message = handle;
        return builder;
    }

    /// <summary>Handles messages with a function that does not wait.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="handle">
    /// Called for each message that is not addressed to a user or a group. The body is valid until the function returns.
    /// </param>
    /// <exception cref="InvalidOperationException">The server has a handler already, or a function for this.</exception>
    public static IServerLibBuilder OnMessage(this IServerLibBuilder builder, Action<Connection, Message> handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return builder.OnMessage((connection, message, _) =>
        {
            handle(connection, message);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>Calls a function when a client has logged in.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="handle">Called once for each connection, before its first message.</param>
    /// <exception cref="InvalidOperationException">The server has a handler already, or a function for this.</exception>
    public static IServerLibBuilder OnConnected(this IServerLibBuilder builder, Func<Connection, CancellationToken, ValueTask> handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        DelegateHandler handler = DelegateHandlerOf(builder);
        ThrowIfSet(handler.Connected, nameof(OnConnected));
        handler.Connected = handle;
        return builder;
    }

    /// <summary>Calls a function when the connection of a client that had logged in has ended.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="handle">Called once for each connection, with the reason why it ended.</param>
    /// <exception cref="InvalidOperationException">The server has a handler already, or a function for this.</exception>
    public static IServerLibBuilder OnDisconnected(this IServerLibBuilder builder, Func<Connection, DisconnectReason, ValueTask> handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        DelegateHandler handler = DelegateHandlerOf(builder);
        ThrowIfSet(handler.Disconnected, nameof(OnDisconnected));
        handler.Disconnected = handle;
        return builder;
    }

    /// <summary>
    /// Lets a class of yours decide on logins. The server then has no user database, unless <see cref="UseUserDatabase{T}"/> adds one.
    /// </summary>
    /// <typeparam name="T">The authenticator. Its constructor gets services of the application and parts of this server.</typeparam>
    /// <param name="builder">The server.</param>
    public static IServerLibBuilder UseAuthenticator<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServerLibBuilder builder)
        where T : class, IAuthenticator =>
        builder.Use<IAuthenticator, T>();

    /// <summary>
    /// Sets the user database. If the class also implements <see cref="IUserAdministration"/>, <see cref="IUserKeys"/>,
    /// <see cref="IAccountStamps"/> or <see cref="IBanDatabase"/>, the server uses it for these too, and no longer for any of them if
    /// another user database replaces it. <see cref="LiteDbUserDatabase"/> is the default. Set it only if you also call
    /// <see cref="UseAuthenticator{T}"/>.
    /// </summary>
    /// <typeparam name="T">The database. Its constructor gets services of the application and parts of this server.</typeparam>
    /// <param name="builder">The server.</param>
    public static IServerLibBuilder UseUserDatabase<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServerLibBuilder builder)
        where T : class, IUserDatabase
    {
        if (typeof(T) != typeof(LiteDbUserDatabase))
            builder.Use<T, T>();
        return UserDatabaseParts.Use<T>(builder);
    }

    /// <summary>
    /// Replaces a part of the server, such as <see cref="IPasswordHasher"/>, <see cref="IMessageRouter"/> or <see cref="ILog"/>. The last
    /// call for a part counts.
    /// </summary>
    /// <typeparam name="TService">The part.</typeparam>
    /// <typeparam name="TImplementation">Your class. Its constructor gets services of the application and parts of this server.</typeparam>
    /// <param name="builder">The server.</param>
    public static IServerLibBuilder Use<
        TService, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TImplementation>(
        this IServerLibBuilder builder)
        where TService : class
        where TImplementation : class, TService =>
        Replace(builder, ServerPart.Of<TService, TImplementation>(NameOf(builder), ServiceLifetime.Singleton));

    /// <summary>Replaces a part of the server. The last call for a part counts.</summary>
    /// <typeparam name="TService">The part.</typeparam>
    /// <param name="builder">The server.</param>
    /// <param name="create">Creates the part. It gets the application's services and the parts of this server.</param>
    public static IServerLibBuilder Use<TService>(this IServerLibBuilder builder, Func<IServiceProvider, TService> create)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(create);
        return Replace(builder, ServerPart.Singleton<TService>(NameOf(builder), create));
    }

    /// <summary>Replaces a part of the server. The last call for a part counts.</summary>
    /// <typeparam name="TService">The part.</typeparam>
    /// <param name="builder">The server.</param>
    /// <param name="instance">The part. The server does not dispose it.</param>
    public static IServerLibBuilder Use<TService>(this IServerLibBuilder builder, TService instance)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(instance);
        return Replace(builder, new ServiceDescriptor(typeof(TService), ServiceKey.Of(NameOf(builder)), instance));
    }

    /// <summary>
    /// Adds a service that belongs to this server, in addition to others of the same type. For packages that extend the server.
    /// </summary>
    /// <typeparam name="TService">The service.</typeparam>
    /// <typeparam name="TImplementation">The class. Its constructor gets services of the application and parts of this server.</typeparam>
    /// <param name="builder">The server.</param>
    public static IServerLibBuilder AddSingleton<
        TService, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TImplementation>(
        this IServerLibBuilder builder)
        where TService : class
        where TImplementation : class, TService
    {
        builder.Services.Add(ServerPart.Of<TService, TImplementation>(NameOf(builder), ServiceLifetime.Singleton));
        return builder;
    }

    /// <summary>Adds a service that starts after this server has started, and stops before this server stops.</summary>
    /// <typeparam name="T">The class. Its constructor gets services of the application and parts of this server.</typeparam>
    /// <param name="builder">The server.</param>
    public static IServerLibBuilder AddHostedService<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServerLibBuilder builder)
        where T : class, IHostedService
    {
        string name = NameOf(builder);
        builder.Services.AddSingleton<IHostedService>(services => ActivatorUtilities.CreateInstance<T>(ServerServices.Of(services, name)));
        return builder;
    }

    private static string NameOf(IServerLibBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Name;
    }

    private static void ThrowIfHandled(IServerLibBuilder builder)
    {
        if (ServerLibBuilder.Find(builder.Services, NameOf(builder))?.UsesDefault<IMessageHandler>() == false)
        {
            throw new InvalidOperationException(
                "The server has a message handler already. A server has one: a class (AddHandler), or functions (OnMessage, OnConnected, "
                + "OnDisconnected). Use<IMessageHandler>(...) replaces it.");
        }
    }

    private static void ThrowIfSet(Delegate? known, string name)
    {
        if (known is not null)
            throw new InvalidOperationException($"{name} has been called already. A server has one function for it.");
    }

    private static IServerLibBuilder Replace(IServerLibBuilder builder, ServiceDescriptor part)
    {
        builder.Services.Replace(part);
        return builder;
    }

    private static DelegateHandler DelegateHandlerOf(IServerLibBuilder builder)
    {
        object? key = ServiceKey.Of(NameOf(builder));
        ServiceDescriptor? last = builder.Services.LastOrDefault(d => d.ServiceType == typeof(IMessageHandler) && Equals(d.ServiceKey, key));
        if (last is not null && (last.IsKeyedService ? last.KeyedImplementationInstance : last.ImplementationInstance) is DelegateHandler known)
            return known;
        ThrowIfHandled(builder);
        var handler = new DelegateHandler();
        builder.Services.Replace(new ServiceDescriptor(typeof(IMessageHandler), key, handler));
        return handler;
    }
}
