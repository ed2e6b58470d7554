namespace ServerLib.Administration.Commands;

/// <summary>ServerLib's commands.</summary>
internal static class AdminCommands
{
    /// <summary>Creates the commands. An instance belongs to one tree.</summary>
    public static IEnumerable<AdminCommand> Create() =>
    [
        new AuditCommand(),
        new BackupCommand(),
        new BanAddCommand(),
        new BanListCommand(),
        new BanRemoveCommand(),
        new ExportCommand(),
        new ExportPageCommand(),
        new HelpCommand(),
        new HistoryCommand(),
        new HistoryVerifyCommand(),
        new ImportBatchCommand(),
        new ImportCommand(),
        new InviteAddCommand(),
        new InviteListCommand(),
        new InviteRemoveCommand(),
        new KickCommand(),
        new RestoreCommand(),
        RoleChangeCommand.Grant(),
        RoleChangeCommand.Revoke(),
        new SayCommand(),
        new ShutdownCommand(),
        new StatusCommand(),
        new ThrottleClearCommand(),
        new ThrottleListCommand(),
        new UserAddCommand(),
        new UserExportCommand(),
        new UserExportPageCommand(),
        new UserImportCommand(),
        new UserImportBatchCommand(),
        new UserKeyAddCommand(),
        new UserKeyListCommand(),
        new UserKeyRemoveCommand(),
        new UserListCommand(),
        new UserLockCommand(),
        new UserLogoutCommand(),
        new UserPasswdCommand(),
        new UserRemoveCommand(),
        new UserShowCommand(),
        new UserUnlockCommand(),
        new UsersCommand(),
        new WatchCommand(),
    ];
}
