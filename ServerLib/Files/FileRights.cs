using Microsoft.Extensions.Logging;

namespace ServerLib.Files;

/// <summary>
/// Warns of files that others than their owner have rights in. Those that are made here are the owner's only; one that was copied or
/// restored may not be.
/// </summary>
internal static partial class FileRights
{
    /// <param name="logger">Is told of each, with the command that mends it.</param>
    /// <param name="files">The files; what isn't there, and what can't be read, is for others to tell of.</param>
    public static void Check(ILogger logger, params ReadOnlySpan<string> files)
    {
        foreach (string path in files)
        {
            try
            {
                if (!File.Exists(path))
                    continue;
                using FileStream file = RegularFile.OpenRead(path);
                if (OwnerOnly.IsOpenToOthers(file.SafeFileHandle))
                    LogOpen(logger, path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Whoever needs it says so.
            }
        }
    }

    [LoggerMessage(30, LogLevel.Warning, "Others than its owner have rights in a file that holds secrets; mend that by: chmod 600 '{File}'")]
    private static partial void LogOpen(ILogger logger, string file);
}
