using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using ServerLib;
using ServerLib.Administration;
using ServerLib.Administration.Commands;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the admin commands to a server.</summary>
public static class AdministrationServiceCollectionExtensions
{
    /// <summary>
    /// Adds the admin commands. Admins send them over their own connections; <see cref="AdminCommandRunner"/> runs them for the application.
    /// </summary>
    /// <param name="services">The services, to which <c>AddServerLib</c> adds the server.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddAdministration(this IServiceCollection services, Action<AdministrationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<AdministrationOptions>();
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton(provider => new AdminCommandRunner(
            provider.GetServices<IAdminCommand>(),
            provider.GetRequiredService<ILogger<AdminCommandRunner>>(),
            provider.GetService<AuditTrail>()));
        services.AddSingleton<ICommandHandler, ConnectionCommands>();
        AddServerCommands(services);
        AddAccountCommands(services);
        return services;
    }

    private static void AddServerCommands(IServiceCollection services)
    {
        services.AddSingleton<IAdminCommand, HelpCommand>();
        services.AddSingleton<IAdminCommand, ShutdownCommand>();
        services.AddSingleton<IAdminCommand, AuditCommand>();
        services.AddSingleton<IAdminCommand, HistoryCommand>();
        services.AddSingleton<IAdminCommand, UsersCommand>();
        services.AddSingleton<IAdminCommand, KickCommand>();
        services.AddSingleton<IAdminCommand, BanCommand>();
        services.AddSingleton<IAdminCommand, UnbanCommand>();
        services.AddSingleton<IAdminCommand, BansCommand>();
        services.AddSingleton<IAdminCommand, PenaltiesCommand>();
        services.AddSingleton<IAdminCommand, ForgiveCommand>();
        services.AddSingleton<IAdminCommand, SayCommand>();
        services.AddSingleton<IAdminCommand, StatusCommand>();
    }

    private static void AddAccountCommands(IServiceCollection services)
    {
        services.AddSingleton<RoleChange>();
        services.AddSingleton<IAdminCommand, AccountsCommand>();
        services.AddSingleton<IAdminCommand, AddUserCommand>();
        services.AddSingleton<IAdminCommand, RemoveUserCommand>();
        services.AddSingleton<IAdminCommand, PasswdCommand>();
        services.AddSingleton<IAdminCommand, LockCommand>();
        services.AddSingleton<IAdminCommand, UnlockCommand>();
        services.AddSingleton<IAdminCommand, GrantCommand>();
        services.AddSingleton<IAdminCommand, RevokeCommand>();
        services.AddSingleton<IAdminCommand, InviteCommand>();
        services.AddSingleton<IAdminCommand, UninviteCommand>();
        services.AddSingleton<IAdminCommand, InvitationsCommand>();
        services.AddSingleton<IAdminCommand, KeysCommand>();
        services.AddSingleton<IAdminCommand, AddKeyCommand>();
        services.AddSingleton<IAdminCommand, RemoveKeyCommand>();
    }
}
