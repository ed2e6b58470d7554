namespace ServerLib.Administration.Commands;

/// <summary>ServerLib's commands.</summary>
internal static class AdminCommands
{
    /// <summary>Creates the commands. An instance belongs to one tree.</summary>
    public static IEnumerable<AdminCommand> Create() =>
    [
        new AuditCommand(),
        new BackupCommand(),
        new BanAdd(),
        new BanList(),
        new BanRemove(),
        new HelpCommand(),
        new HistoryCommand(),
        new HistoryVerify(),
        new InviteAdd(),
        new InviteList(),
        new InviteRemove(),
        new KickCommand(),
        new RestoreCommand(),
        RoleChange.Grant(),
        RoleChange.Revoke(),
        new SayCommand(),
        new ShutdownCommand(),
        new StatusCommand(),
        new ThrottleClear(),
        new ThrottleList(),
        new UserAdd(),
        new UserExport(),
        new UserExportPage(),
        new UserImport(),
        new UserImportBatch(),
        new UserKeyAdd(),
        new UserKeyList(),
        new UserKeyRemove(),
        new UserList(),
        new UserLock(),
        new UserLogout(),
        new UserPasswd(),
        new UserRemove(),
        new UserShow(),
        new UserUnlock(),
        new UsersCommand(),
        new WatchCommand(),
    ];
}
