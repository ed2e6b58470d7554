using Microsoft.Extensions.DependencyInjection;

namespace ServerLib.Hosting;

/// <summary>
/// Registers a user database, and what it can do besides logins. Each ability is a service, so a server asks for it and does not look at the
/// database's class.
/// </summary>
internal static class UserDatabaseParts
{
    /// <summary>
    /// Registers LiteDB as the default. A server uses it as long as the application has neither an authenticator nor a database of its own.
    /// </summary>
    public static void AddTo(ServerLibBuilder server, Func<IServiceProvider, LiteDbUserDatabase> create)
    {
        server.AddDefault(create);
        server.AddDefault<IUserDatabase>(services => Find(services) ?? (IUserDatabase)new NoUserDatabase());
        server.AddDefault<IUserAdministration>(Find);
        server.AddDefault<IUserKeys>(Find);
        server.AddDefault<IAccountStamps>(Find);
        server.AddDefault<IBanDatabase>(Find);

        LiteDbUserDatabase? Find(IServiceProvider services) => server.UsesDefault<IUserDatabase>() && server.UsesDefault<IAuthenticator>()
            ? services.GetRequiredService<LiteDbUserDatabase>()
            : null;
    }

    /// <summary>Makes a registered database the one that the server uses.</summary>
    public static IServerLibBuilder Use<T>(IServerLibBuilder builder)
        where T : class, IUserDatabase
    {
        builder.Use<IUserDatabase>(services => services.GetRequiredService<T>());
        UseIfImplemented<IUserAdministration, T>(builder);
        UseIfImplemented<IUserKeys, T>(builder);
        UseIfImplemented<IAccountStamps, T>(builder);
        UseIfImplemented<IBanDatabase, T>(builder);
        return builder;
    }

    private static void UseIfImplemented<TAbility, T>(IServerLibBuilder builder)
        where TAbility : class
        where T : class
    {
        if (typeof(T).IsAssignableTo(typeof(TAbility)))
            builder.Use(services => (TAbility)(object)services.GetRequiredService<T>());
    }
}
