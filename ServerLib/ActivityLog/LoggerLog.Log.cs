using Microsoft.Extensions.Logging;

namespace ServerLib;

/// <content>The message for the application's log.</content>
public sealed partial class LoggerLog
{
    [LoggerMessage(1, LogLevel.Information, "{Activity}")]
    private partial void LogActivity(string activity);
}
