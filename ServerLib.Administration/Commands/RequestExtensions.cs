using ServerLib.Diagnostics;

namespace ServerLib.Administration.Commands;

/// <summary>What several commands do.</summary>
internal static class RequestExtensions
{
    /// <summary>Refuses a command for an account that does not exist.</summary>
    public static int NoSuchAccount(this AdminRequest request, string name) =>
        request.Refuse(ExitCode.NotApplicable, $"there is no account {name}");

    /// <summary>Refuses a command because the database is busy.</summary>
    public static int Busy(this AdminRequest request) => request.Refuse(ExitCode.CouldNotRun, "the server is busy; try again");

    /// <summary>Refuses a command with which an admin would lose access to the server.</summary>
    public static int OwnAccount(this AdminRequest request) => request.Refuse(
        ExitCode.WrongUsage, "you cannot do this to your own account; ask another admin, or use the server's console");

    /// <summary>Adds an entry to the audit trail.</summary>
    public static void Audit(this AdminRequest request, AuditEvent what, string name, string detail = "") =>
        request.Service<AuditTrail>().Write(what, name, request.Caller.Address, request.Caller.Name, detail);

    /// <summary>Ends the connections of an account that has changed.</summary>
    /// <returns>How many were ended.</returns>
    public static int EndSessions(this AdminRequest request, string name) =>
        request.IsServerRunning ? request.Service<IServerControl>().EndSessions(name, DisconnectReason.AccountChanged) : 0;

    /// <inheritdoc cref="LocalTime.Show"/>
    public static string Show(this AdminRequest request, DateTimeOffset moment) => request.Service<TimeProvider>().Show(moment);
}
