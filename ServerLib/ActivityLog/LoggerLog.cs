using Microsoft.Extensions.Logging;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>An <see cref="ILog"/> that passes the activity to the application's logging.</summary>
/// <param name="logger">The application's log.</param>
public sealed partial class LoggerLog(ILogger<LoggerLog> logger) : IStructuredLog
{
    /// <inheritdoc/>
    public void Logging(string message) => Logging(new ActivityEntry(message));

    /// <inheritdoc/>
    public void Logging(ActivityEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        string activity = TextSanitizer.Escape(entry.Message);
        LogActivity(entry.Level, activity);
    }
}
