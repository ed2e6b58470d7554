using Microsoft.Extensions.Logging;

namespace ServerLib.Diagnostics;

/// <summary>The events of tickets, and what they write to the application's log.</summary>
internal static partial class TicketEvents
{
    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Cannot read '{File}': {Reason} The server makes new keys for tickets. Clients with earlier tickets log in by password or key.")]
    public static partial void NotRead(ILogger logger, string file, string reason);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Cannot write '{File}': {Reason} After a restart, clients may have to log in by password or key. The server tries again every minute.")]
    public static partial void NotSaved(ILogger logger, string file, string reason);

    [LoggerMessage(3, LogLevel.Error, "Issuing new tickets to connected clients failed. The server tries again.")]
    public static partial void NotRenewed(ILogger logger, Exception exception);
}
