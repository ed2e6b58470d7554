using Microsoft.Win32.SafeHandles;

namespace ServerLib.Files;

/// <summary>Files and folders with owner-only permissions. On systems without such permissions, the system's defaults apply.</summary>
internal static class OwnerOnly
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Creates a folder and its parents if they do not exist.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The options for opening a file for writing without a buffer.</summary>
    public static FileStreamOptions File(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    /// <summary>
    /// Whether other users can access a file. A group may read a file of root: this is how an administrator or systemd gives a secret to a
    /// service that cannot change it.
    /// </summary>
    public static bool IsOpenToOthers(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows())
            return false;
        UnixFileMode others = System.IO.File.GetUnixFileMode(file) & Others;
        return others != 0 && !(others == UnixFileMode.GroupRead && FileStatus.Of(file)?.Owner == FileOwner.Root);
    }

    /// <summary>Whether other users can access a folder.</summary>
    public static bool IsOpenToOthers(string folder) => !OperatingSystem.IsWindows() && (System.IO.File.GetUnixFileMode(folder) & Others) != 0;

    /// <summary>Gives a file owner-only permissions.</summary>
    public static void Restrict(SafeFileHandle file)
    {
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
