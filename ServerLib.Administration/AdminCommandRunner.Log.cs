using Microsoft.Extensions.Logging;

namespace ServerLib.Administration;

/// <content>The message for the application's log.</content>
public sealed partial class AdminCommandRunner
{
    [LoggerMessage(1, LogLevel.Error, "The command '{Command}' failed.")]
    private partial void LogFailed(string command, Exception exception);
}
