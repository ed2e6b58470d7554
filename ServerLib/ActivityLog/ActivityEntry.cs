using Microsoft.Extensions.Logging;

namespace ServerLib;

/// <summary>A message for the activity log, with what formats other than <see cref="ActivityLogFormat.Classic"/> also contain.</summary>
/// <param name="message">The message. Text from clients is already escaped.</param>
/// <param name="level">The level. Default <see cref="LogLevel.Information"/>.</param>
/// <param name="members">
/// Names and values for programs that read the log, such as <c>user</c> and <c>address</c>. Default none.
/// </param>
public sealed class ActivityEntry(string message, LogLevel level = LogLevel.Information, params KeyValuePair<string, object>[] members)
{
    /// <summary>The message, one line.</summary>
    public string Message { get; } = message;

    /// <summary>The level.</summary>
    public LogLevel Level { get; } = level;

    /// <summary>Names and values for programs that read the log.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> Members { get; } = members;

    /// <summary>The level as the activity log writes it.</summary>
    internal string LevelName => Level switch
    {
        LogLevel.Critical or LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Information => "info",
        _ => "debug",
    };
}
