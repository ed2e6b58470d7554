using Microsoft.Extensions.DependencyInjection;

namespace ServerLib.Administration.Commands;

/// <summary>Creates the commands that a server can run.</summary>
internal static class AdminCommandList
{
    /// <summary>Creates the commands. Those for accounts and keys need a user database that has them.</summary>
    /// <param name="services">The services of the application and the parts of the server.</param>
    public static IReadOnlyList<IAdminCommand> Create(IServiceProvider services)
    {
        var commands = new List<IAdminCommand>();
        commands.Add(new HelpCommand(commands));
        AddServerCommands(commands, services);
        if (services.GetService<IUserDatabase>() is not null)
            commands.Add(Create<AuditCommand>(services));
        if (services.GetService<IUserAdministration>() is not null)
            AddAccountCommands(commands, services);
        if (services.GetService<IUserKeys>() is not null)
            commands.AddRange(Create<KeysCommand>(services), Create<AddKeyCommand>(services), Create<RemoveKeyCommand>(services));
        return commands;
    }

    private static void AddServerCommands(List<IAdminCommand> commands, IServiceProvider services)
    {
        var throttle = services.GetRequiredService<LoginThrottle>();
        var throttleCommand = new ThrottleCommand(
            new ThrottleList(throttle), new ThrottleClear(throttle, services.GetRequiredService<AuditTrail>()));
        commands.AddRange(
            Create<ShutdownCommand>(services),
            Create<StatusCommand>(services),
            Create<UsersCommand>(services),
            Create<SayCommand>(services),
            Create<KickCommand>(services),
            Create<BanCommand>(services),
            Create<UnbanCommand>(services),
            Create<BansCommand>(services),
            Create<HistoryCommand>(services),
            throttleCommand);
    }

    private static void AddAccountCommands(List<IAdminCommand> commands, IServiceProvider services)
    {
        var roles = ActivatorUtilities.CreateInstance<RoleChange>(services);
        commands.AddRange(
            Create<AccountsCommand>(services),
            Create<AddUserCommand>(services),
            Create<RemoveUserCommand>(services),
            Create<PasswdCommand>(services),
            Create<LockCommand>(services),
            Create<UnlockCommand>(services),
            new GrantCommand(roles),
            new RevokeCommand(roles),
            Create<InviteCommand>(services),
            Create<UninviteCommand>(services),
            Create<InvitationsCommand>(services));
    }

    private static T Create<T>(IServiceProvider services)
        where T : IAdminCommand => ActivatorUtilities.CreateInstance<T>(services);
}
