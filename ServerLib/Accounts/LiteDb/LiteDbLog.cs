using Microsoft.Extensions.Logging;

namespace ServerLib.Accounts;

/// <summary>What the user database writes to the application's log.</summary>
internal static partial class LiteDbLog
{
    [LoggerMessage(1, LogLevel.Error, "The user database failed and is being reopened. Until it is open, logins are answered with busy.")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "The user database works again.")]
    public static partial void Recovered(ILogger logger);

    [LoggerMessage(3, LogLevel.Warning, "The broadcast counts of the last seconds could not be saved: {Reason}")]
    public static partial void BroadcastsLost(ILogger logger, string reason);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "The file system of the data folder {Folder} does not support locks. Make sure that no second server uses this folder.")]
    public static partial void LockNotEffective(ILogger logger, string folder);

    [LoggerMessage(
        5, LogLevel.Warning, "Other users of this machine have access to the data folder {Folder}. Run: chmod 700 '{Folder}'")]
    public static partial void FolderIsOpen(ILogger logger, string folder);

    [LoggerMessage(
        6, LogLevel.Warning, "Ignoring {Count} damaged bans in the user database. Ban these users or addresses again.")]
    public static partial void DamagedBans(ILogger logger, int count);
}
