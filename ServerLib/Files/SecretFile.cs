using ServerLib.Files;

namespace ServerLib;

/// <summary>
/// Reads and writes files that contain secrets, such as private keys. Refuses anything but regular files: reading a pipe could block
/// forever, and a device could be endless.
/// </summary>
public static class SecretFile
{
    /// <summary>Reads a file of at most 1 MiB.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="IOException">It can't be read, is larger, or is not a regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">This process has no permission to read it.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return SmallFile.ReadBytes(path);
    }

    /// <summary>Reads a file of at most 1 MiB, and checks its permissions.</summary>
    /// <param name="path">The path.</param>
    /// <param name="isAccessibleToOthers">
    /// Whether users other than the owner have any permission on the file, except that a group may read a file of root. Always
    /// <see langword="false"/> on Windows.
    /// </param>
    /// <exception cref="IOException">It can't be read, is larger, or is not a regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">This process has no permission to read it.</exception>
    public static byte[] ReadAllBytes(string path, out bool isAccessibleToOthers)
    {
        ArgumentNullException.ThrowIfNull(path);
        bool isOpen = false;
        byte[] bytes = SmallFile.ReadBytes(path, file => isOpen = OwnerOnly.IsOpenToOthers(file));
        isAccessibleToOthers = isOpen;
        return bytes;
    }

    /// <summary>Opens a file of any size for reading.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="IOException">It can't be read, or is not a regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">This process has no permission to read it.</exception>
    public static FileStream OpenRead(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return RegularFile.OpenRead(path);
    }

    /// <summary>
    /// Renames a file that is complete and on disk. When this returns, the new name is on disk too: a power cut leaves either the old or the new
    /// file.
    /// </summary>
    /// <param name="source">The file.</param>
    /// <param name="path">The new path, on the same file system.</param>
    /// <param name="replaces">Whether an existing file is replaced.</param>
    /// <exception cref="IOException">There is a file with the new path already, or the disk fails.</exception>
    /// <exception cref="UnauthorizedAccessException">This process has no permission to write the new path.</exception>
    public static void Move(string source, string path, bool replaces)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(path);
        File.Move(source, path, replaces);
        DiskFlush.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>
    /// Whether a file or folder belongs to the user who runs this program. Root can write everywhere, but the owner of a folder cannot use the
    /// files that root creates in it. Always <see langword="true"/> on systems other than Linux.
    /// </summary>
    /// <param name="path">The path of a file or folder that exists.</param>
    public static bool IsOwnedByThisUser(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return FileOwner.IsMine(path);
    }

    /// <summary>
    /// Opens a file for writing at its end. If the file does not exist, it is created with its folder, with permissions for the owner only.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <exception cref="IOException">It can't be written, or is not a regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">This process has no permission to write it.</exception>
    public static FileStream OpenAppend(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        RegularFile.Check(path);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            OwnerOnly.CreateDirectory(folder);
        var file = new FileStream(path, OwnerOnly.File(FileMode.OpenOrCreate, FileShare.Read));
        file.Seek(0, SeekOrigin.End);
        return file;
    }
}
