using Microsoft.Extensions.Logging;
using ServerLib.Diagnostics;

namespace ServerLib.Files;

/// <summary>
/// Warns of files that other users can access. New files get owner-only permissions, but copied or restored ones may not have them.
/// </summary>
internal static class FileRights
{
    /// <param name="logger">The log. It contains the command that fixes the permissions.</param>
    /// <param name="files">The files. Missing and unreadable ones are ignored.</param>
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
                    FileEvents.OpenToOthers(logger, path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The code that needs the file reports this.
            }
        }
    }
}
