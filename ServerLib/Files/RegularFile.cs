namespace ServerLib.Files;

/// <summary>
/// Tells files from what else a path may lead to: whoever opens a pipe waits for the one who writes into it, and a device may never end.
/// Links are followed.
/// </summary>
internal static class RegularFile
{
    private const string Device = "a device";

    /// <summary>Refuses what is there and is no file. What isn't there is not refused.</summary>
    /// <exception cref="IOException">It is a folder, a pipe, a device or a socket.</exception>
    public static void Check(string path)
    {
        if (Other(path) is { } other)
            throw new IOException($"{path} is {other}, not a file.");
    }

    /// <summary>Refuses what is there and can't just be written to. A device can.</summary>
    /// <exception cref="IOException">It is a folder, a pipe or a socket.</exception>
    public static void CheckWritable(string path)
    {
        if (Other(path) is { } other and not Device)
            throw new IOException($"{path} is {other}, not a file.");
    }

    /// <summary>Whether there is a file.</summary>
    /// <exception cref="IOException">There is something else.</exception>
    public static bool Exists(string path)
    {
        Check(path);
        return File.Exists(path);
    }

    /// <summary>Opens a file to be read.</summary>
    /// <exception cref="IOException">It can't be read, or is no file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream OpenRead(string path)
    {
        Check(path);
        return File.OpenRead(path);
    }

    /// <returns>What it is; <see langword="null"/> for a file, and where there is nothing or that can't be said.</returns>
    private static string? Other(string path) => Directory.Exists(path) ? "a folder" : OtherOnLinux(path);

    private static string? OtherOnLinux(string path) => (FileStatus.Of(path)?.Mode & 0xF000) switch
    {
        0x1000 => "a pipe",
        0x2000 or 0x6000 => Device,
        0xC000 => "a socket",
        _ => null,
    };
}
