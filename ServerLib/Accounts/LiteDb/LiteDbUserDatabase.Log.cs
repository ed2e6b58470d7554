using Microsoft.Extensions.Logging;

namespace ServerLib;

/// <content>What the database says to the application's log.</content>
public sealed partial class LiteDbUserDatabase
{
    [LoggerMessage(1, LogLevel.Error, "The user database failed, and is opened anew; until it is, logins are refused as busy")]
    private partial void LogBroken(Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "The user database is in order again")]
    private partial void LogRecovered();

    [LoggerMessage(3, LogLevel.Warning, "The last broadcasts are lost: {Reason}")]
    private partial void LogNotSaved(string reason);

    [LoggerMessage(4, LogLevel.Warning, "The file system of {Folder} has no locks: see to it that no second server uses that folder")]
    private partial void LogLockNotEffective(string folder);

    [LoggerMessage(5, LogLevel.Warning, "Others than its owner have rights in the data folder {Folder}: chmod 700 it")]
    private partial void LogFolderIsOpen(string folder);

    [LoggerMessage(6, LogLevel.Warning, "{Count} bans in the user database are damaged and not in force; ban anew whom they were about")]
    private partial void LogDamagedBans(int count);
}
