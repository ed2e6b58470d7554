using System.Runtime.InteropServices;

namespace ServerLib.Files;

/// <summary>Whose files are.</summary>
internal static partial class FileOwner
{
    /// <summary>
    /// Whether a file or folder is the one's under whom this program runs. What it makes in another's folder, that one can't use: root can
    /// write everywhere. On other systems than Linux nobody asks.
    /// </summary>
    public static bool IsMine(string path) => !OperatingSystem.IsLinux() || FileStatus.Of(path)?.Owner == GetUser();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetUser();
}
