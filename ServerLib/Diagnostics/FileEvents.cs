using Microsoft.Extensions.Logging;

namespace ServerLib.Diagnostics;

/// <summary>The events of the server's files, and what they write to the application's log.</summary>
internal static partial class FileEvents
{
    /// <summary>Another server uses the data folder.</summary>
    public static void LockLost(ILogger logger, ServerProblems? problems, string file)
    {
        LogLockLost(logger, file);
        problems?.Report(ProblemNames.DataFolder, "Another server has started on the same data folder. Stop one of them now.");
    }

    [LoggerMessage(30, LogLevel.Warning, "Other users of this machine can access a file that contains secrets. Run: chmod 600 '{File}'")]
    public static partial void OpenToOthers(ILogger logger, string file);

    [LoggerMessage(
        31,
        LogLevel.Warning,
        "The key in '{File}' has {Size} bits. ServerKeySize ({Wanted}) applies to new keys only. "
        + "To create one, move the file away.")]
    public static partial void OtherKeySize(ILogger logger, string file, int size, int wanted);

    [LoggerMessage(
        32,
        LogLevel.Warning,
        "The end of '{File}' is incomplete, probably because of a power failure or a full disk. Pages removed: {Pages}. "
        + "The changes in them are lost.")]
    public static partial void TornLog(ILogger logger, string file, int pages);

    [LoggerMessage(
        33,
        LogLevel.Critical,
        "The lock file '{File}' was deleted, and another server has started on the same data folder. "
        + "Stop one of them now: together they damage its files.")]
    private static partial void LogLockLost(ILogger logger, string file);

    [LoggerMessage(
        34,
        LogLevel.Critical,
        "'{File}' was deleted or replaced while it is in use. All that is in the old file is lost when the server stops. "
        + "Before you stop it, copy the files marked 'deleted' in /proc/{Process}/fd, or move the old file back.")]
    public static partial void Deleted(ILogger logger, string file, int process);
}
