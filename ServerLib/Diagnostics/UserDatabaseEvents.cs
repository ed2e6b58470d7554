using Microsoft.Extensions.Logging;

namespace ServerLib.Diagnostics;

/// <summary>The events of the user database, and what they write to the application's log.</summary>
internal static partial class UserDatabaseEvents
{
    [LoggerMessage(
        1,
        LogLevel.Error,
        "The user database failed and is being reopened. Until it works, registrations and changes fail; "
        + "users can log in if the file can be read.")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "The user database works again.")]
    public static partial void Recovered(ILogger logger);

    [LoggerMessage(3, LogLevel.Warning, "Cannot save the logins and broadcast counts of the last seconds: {Reason}")]
    public static partial void NotSaved(ILogger logger, string reason);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "The file system of the data folder '{Folder}' does not support locks. Make sure that no second server uses this folder.")]
    public static partial void LockNotEffective(ILogger logger, string folder);

    [LoggerMessage(
        5, LogLevel.Warning, "Other users of this machine have access to the data folder '{Folder}'. Run: chmod 700 '{Folder}'")]
    public static partial void FolderIsOpen(ILogger logger, string folder);

    [LoggerMessage(
        6, LogLevel.Warning, "Ignoring damaged bans in the user database: {Count}. Ban these users or addresses again.")]
    public static partial void DamagedBans(ILogger logger, int count);

    [LoggerMessage(
        7,
        LogLevel.Warning,
        "The accounts cannot be written, and {Capacity} login attempts and logons already wait in memory. "
        + "Further ones are missing in the accounts' statistics.")]
    public static partial void LoginsLost(ILogger logger, int capacity);
}
