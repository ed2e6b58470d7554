namespace ServerLib.Files;

/// <summary>
/// Distinguishes regular files from pipes, devices, sockets and folders: opening a pipe waits for its writer, and a device may never end. Links
/// are followed.
/// </summary>
internal static class RegularFile
{
    private const string Device = "a device";

    /// <summary>Throws if a path leads to something other than a file. A missing file is allowed.</summary>
    /// <exception cref="IOException">The path leads to a folder, a pipe, a device or a socket.</exception>
    public static void Check(string path)
    {
        if (Other(path) is { } other)
            throw new IOException($"{path} is {other}, not a file.");
    }

    /// <summary>Throws if a path leads to something that can't be written like a file. A device is allowed.</summary>
    /// <exception cref="IOException">The path leads to a folder, a pipe or a socket.</exception>
    public static void CheckWritable(string path)
    {
        if (Other(path) is { } other and not Device)
            throw new IOException($"{path} is {other}, not a file.");
    }

    /// <summary>Whether a path leads to a file, and not to a folder, a pipe, a device or a socket.</summary>
    public static bool IsFile(string path) => Other(path) is null && File.Exists(path);

    /// <summary>Whether a file exists.</summary>
    /// <exception cref="IOException">The path leads to something else.</exception>
    public static bool Exists(string path)
    {
        Check(path);
        return File.Exists(path);
    }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="IOException">The file can't be read, or is not a regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no permission to read the file.</exception>
    public static FileStream OpenRead(string path)
    {
        Check(path);
        return File.OpenRead(path);
    }

    /// <returns>What it is; <see langword="null"/> for a file, for nothing, and if the system does not tell.</returns>
    private static string? Other(string path) => Directory.Exists(path) ? "a folder" : OtherOnLinux(path);

    private static string? OtherOnLinux(string path) => (FileStatus.Of(path)?.Mode & 0xF000) switch
    {
        0x1000 => "a pipe",
        0x2000 or 0x6000 => Device,
        0xC000 => "a socket",
        _ => null,
    };
}
