using Microsoft.Extensions.Logging;

namespace ServerLib.Diagnostics;

/// <summary>The events of the audit trail, and what they write to the activity log and to the application's log.</summary>
/// <param name="log">The activity log; <see langword="null"/> if there is none.</param>
/// <param name="logger">The application's log.</param>
/// <param name="store">The trail's store, such as the path of its file.</param>
internal sealed partial class AuditTrailEvents(ILog? log, ILogger logger, string store)
{
    /// <summary>Whether <see cref="HeadChanged"/> has an effect.</summary>
    public bool LogsHeads => log is not null;

    /// <summary>The trail has a new head, which is on disk.</summary>
    /// <param name="head">The head, as text.</param>
    public void HeadChanged(string head) => log?.Logging($"[ STATUS ] audit trail at {head}");

    /// <summary>Entries cannot be written.</summary>
    public void Unwritable(Exception exception) => LogUnwritable(store, exception);

    /// <summary>Entries can be written again.</summary>
    public void Recovered() => LogRecovered(store);

    /// <summary>An entry says how many entries were lost before it.</summary>
    public void Incomplete(long lost) => LogIncomplete(store, lost);

    /// <summary>There is no file, although there are accounts.</summary>
    public void Missing() => LogMissing(store);

    /// <summary>Expired entries are kept, because the clock may be wrong.</summary>
    /// <param name="last">The time of the last entry before the jump.</param>
    /// <param name="wait">How long the clock has to run before they are deleted.</param>
    public void KeepsExpired(DateTimeOffset last, TimeSpan wait) => LogKeepsExpired(store, last, wait.TotalDays);

    /// <summary>Expired entries cannot be deleted.</summary>
    public void NotDeleted(Exception exception) => LogNotDeleted(store, exception);

    [LoggerMessage(15, LogLevel.Warning, "Cannot delete the expired entries of the history '{Store}'. The next attempt is in a day.")]
    private partial void LogNotDeleted(string store, Exception exception);

    [LoggerMessage(
        14,
        LogLevel.Warning,
        "The history '{Store}' has expired entries, which are kept for now: "
        + "the clock may be wrong, because there are no entries for some days after {Last:u}. "
        + "They are deleted when the server has been running for {Days} days.")]
    private partial void LogKeepsExpired(string store, DateTimeOffset last, double days);

    [LoggerMessage(
        10,
        LogLevel.Warning,
        "Cannot write the history '{Store}'. Its entries are lost until it can be written. "
        + "If it is a file that is damaged, move it away; the server creates a new one.")]
    private partial void LogUnwritable(string store, Exception exception);

    [LoggerMessage(11, LogLevel.Information, "The history '{Store}' can be written again.")]
    private partial void LogRecovered(string store);

    [LoggerMessage(12, LogLevel.Warning, "The history '{Store}' can be written again, but entries were lost: {Count}.")]
    private partial void LogIncomplete(string store, long count);

    [LoggerMessage(
        13,
        LogLevel.Warning,
        "There are accounts but no history '{Store}'. The server creates a new one. If there was one, somebody has removed it.")]
    private partial void LogMissing(string store);
}
