using Microsoft.Extensions.Logging;

namespace ServerLib;

/// <content>What the audit trail says to the application's log.</content>
public sealed partial class AuditTrail
{
    [LoggerMessage(
        10,
        LogLevel.Warning,
        "The history {File} can't be written, and lacks what happens until it can. If it is damaged, move it away: a new one is made")]
    private partial void LogUnwritable(string file, Exception exception);

    [LoggerMessage(11, LogLevel.Information, "The history {File} is written again")]
    private partial void LogRecovered(string file);

    [LoggerMessage(12, LogLevel.Warning, "The history {File} lacks {Count} entries, which could not be written; it goes on now")]
    private partial void LogIncomplete(string file, long count);

    [LoggerMessage(
        13, LogLevel.Warning, "There is no history {File}, though there are accounts: a new one begins. If there was one, somebody has taken it away")]
    private partial void LogMissing(string file);
}
