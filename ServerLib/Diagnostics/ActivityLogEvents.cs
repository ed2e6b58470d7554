using Microsoft.Extensions.Logging;

namespace ServerLib.Diagnostics;

/// <summary>The events of the activity log's file, and what they write to the application's log.</summary>
internal static partial class ActivityLogEvents
{
    [LoggerMessage(1, LogLevel.Warning, "Cannot write the activity log '{File}': {Reason} Its lines are lost until it can be written.")]
    public static partial void Unwritable(ILogger logger, string file, string reason);

    [LoggerMessage(2, LogLevel.Warning, "The activity log '{File}' can be written again. Lines lost: {Lost}.")]
    public static partial void Recovered(ILogger logger, string file, long lost);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "The activity log '{File}' is full and cannot be renamed: {Reason} It keeps growing; the server tries again every ten seconds.")]
    public static partial void CannotRoll(ILogger logger, string file, string reason);
}
