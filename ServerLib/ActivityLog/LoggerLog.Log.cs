using Microsoft.Extensions.Logging;

namespace ServerLib;

/// <content>The message for the application's log.</content>
public sealed partial class LoggerLog
{
    [LoggerMessage(EventId = 1, Message = "{Activity}")]
    private partial void LogActivity(LogLevel level, string activity);
}
