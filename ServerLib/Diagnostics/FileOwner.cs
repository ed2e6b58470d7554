using System.Runtime.InteropServices;

namespace ServerLib.Diagnostics;

/// <summary>Whose files are.</summary>
internal static partial class FileOwner
{
    /// <summary>
    /// Whether a file or folder is the one's under whom this program runs. What it makes in another's folder, that one can't use: root can
    /// write everywhere. Where the system can't be asked, it is.
    /// </summary>
    public static bool IsMine(string path) => FileStatus.Of(path) is not { } status || status.Owner == GetUser();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetUser();
}
