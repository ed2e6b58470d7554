using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

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
        server.AddDefault<IAccountTransfer>(Find);
        server.AddDefault<IInvitationTransfer>(Find);

        LiteDbUserDatabase? Find(IServiceProvider services) => server.UsesDefault<IUserDatabase>() && server.UsesDefault<IAuthenticator>()
            ? services.GetRequiredService<LiteDbUserDatabase>()
            : null;
    }

    /// <summary>
    /// Makes a registered database the one that the server uses. If another one replaces it later, the server does not use its abilities either:
    /// the keys and bans of one database do not belong to the accounts of another.
    /// </summary>
    public static IServerLibBuilder Use<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(IServerLibBuilder builder)
        where T : class, IUserDatabase
    {
        ServiceDescriptor database = ServerPart.Singleton<IUserDatabase>(builder.Name, services => services.GetRequiredService<T>());
        builder.Services.Replace(database);
        UseIfImplemented<IUserAdministration, T>(builder, database);
        UseIfImplemented<IUserKeys, T>(builder, database);
        UseIfImplemented<IAccountStamps, T>(builder, database);
        UseIfImplemented<IBanDatabase, T>(builder, database);
        UseIfImplemented<IAccountTransfer, T>(builder, database);
        UseIfImplemented<IInvitationTransfer, T>(builder, database);
        return builder;
    }

    private static void UseIfImplemented<TAbility, T>(IServerLibBuilder builder, ServiceDescriptor database)
        where TAbility : class
        where T : class
    {
        if (!typeof(T).IsAssignableTo(typeof(TAbility)))
            return;
        builder.Services.Replace(ServerPart.Singleton(
            builder.Name, services => IsUsed() ? (TAbility)(object)services.GetRequiredService<T>() : null));

        bool IsUsed() => builder.Services.Last(
            service => service.ServiceType == typeof(IUserDatabase) && Equals(service.ServiceKey, database.ServiceKey)) == database;
    }
}
