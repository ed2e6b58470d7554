using Microsoft.Extensions.Logging;

namespace ServerLib.Diagnostics;

/// <summary>The events of the login throttle's file, and what they write to the application's log.</summary>
internal static partial class LoginThrottleEvents
{
    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Cannot read '{File}': {Reason} The server starts without the earlier penalties and delays, and replaces the file.")]
    public static partial void NotRead(ILogger logger, string file, string reason);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Cannot write '{File}': {Reason} Penalties and delays are lost if the server ends. It tries again every 30 seconds.")]
    public static partial void NotSaved(ILogger logger, string file, string reason);

    [LoggerMessage(3, LogLevel.Warning, "'{File}' can be written again.")]
    public static partial void SavedAgain(ILogger logger, string file);
}
