namespace ServerLib.Diagnostics;

/// <summary>The names of the problems that the server's own parts report.</summary>
internal static class ProblemNames
{
    /// <summary>The user database cannot be opened or written.</summary>
    public const string Accounts = "accounts";

    /// <summary>The user database throws exceptions at logins.</summary>
    public const string Logins = "logins";

    /// <summary>The audit trail cannot be opened or written.</summary>
    public const string AuditTrail = "audit-trail";

    /// <summary>A file of the user database was deleted or replaced while it is in use.</summary>
    public const string AccountsFile = "accounts-file";

    /// <summary>A file of the audit trail was deleted or replaced while it is in use.</summary>
    public const string AuditTrailFile = "audit-trail-file";

    /// <summary>The activity log cannot be written.</summary>
    public const string ActivityLog = "activity-log";

    /// <summary>The application's activity log throws exceptions.</summary>
    public const string ActivityLogThrows = "activity-log-exception";

    /// <summary>The activity log is full and cannot be renamed.</summary>
    public const string ActivityLogFull = "activity-log-full";

    /// <summary>The file of the login throttle cannot be written.</summary>
    public const string LoginThrottle = "login-throttle";

    /// <summary>The file with the keys of tickets cannot be written.</summary>
    public const string TicketKeys = "ticket-keys";

    /// <summary>A new certificate cannot be used, or the one in use has expired.</summary>
    public const string Certificate = "certificate";

    /// <summary>Another server uses the data folder.</summary>
    public const string DataFolder = "data-folder";

    /// <summary>No connections can be accepted.</summary>
    public const string Accept = "accept";

    /// <summary>Stored bans are damaged, and so not in force.</summary>
    public const string Bans = "bans";
}
