using System.Runtime.InteropServices;

namespace ServerLib.Files;

/// <summary>Finds out who owns a file.</summary>
internal static partial class FileOwner
{
    /// <summary>The user id of root.</summary>
    public const uint Root = 0;

    /// <summary>
    /// Whether a file or folder belongs to the user who runs this program. Root can write everywhere, but the owner of a folder can't use the files
    /// that root creates in it. On systems other than Linux, this is not checked.
    /// </summary>
    public static bool IsMine(string path) => !OperatingSystem.IsLinux() || FileStatus.Of(path)?.Owner == GetUser();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetUser();
}
