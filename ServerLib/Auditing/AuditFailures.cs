using Microsoft.Extensions.Logging;

namespace ServerLib.Auditing;

/// <summary>Reports to the application's log that the audit trail cannot be written, once per failure. Thread-safe.</summary>
/// <param name="path">The trail's file.</param>
/// <param name="logger">The application's log.</param>
internal sealed partial class AuditFailures(string path, ILogger logger)
{
    private int _isFailing;
    private volatile bool _isClosed;

    /// <summary>Entries cannot be written.</summary>
    public void Failed(Exception reason)
    {
        if (!_isClosed && Interlocked.Exchange(ref _isFailing, 1) == 0)
            LogUnwritable(path, reason);
    }

    /// <summary>Entries can be written again.</summary>
    public void Recovered()
    {
        if (Interlocked.Exchange(ref _isFailing, 0) != 0)
            LogRecovered(path);
    }

    /// <summary>An entry was written that says how many were lost before it.</summary>
    public void WroteAfterLoss(long lost)
    {
        LogIncomplete(path, lost);
        Volatile.Write(ref _isFailing, 0);
    }

    /// <summary>Reports no more failures, because the trail is closed.</summary>
    public void Close() => _isClosed = true;

    [LoggerMessage(
        10,
        LogLevel.Warning,
        "The history {File} can't be written. Its entries are lost until it can be. If the file is damaged, move it away; the server creates a new one")]
    private partial void LogUnwritable(string file, Exception exception);

    [LoggerMessage(11, LogLevel.Information, "The history {File} is written again")]
    private partial void LogRecovered(string file);

    [LoggerMessage(12, LogLevel.Warning, "The history {File} lacks {Count} entries that could not be written. New entries are written again")]
    private partial void LogIncomplete(string file, long count);
}
