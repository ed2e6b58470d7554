using System.Runtime.InteropServices;

namespace ServerLib.Files;

/// <summary>Brings files and folders to disk (fsync). Until then, a power cut can lose them, or leave a new name without its contents.</summary>
internal static partial class DiskFlush
{
    private const int AccessDenied = 13;
    private const int InvalidArgument = 22;

    /// <summary>Brings a file, or the names in a folder, to disk.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static void Flush(string path)
    {
        if (!Directory.Exists(path))
            FlushFile(path);
        else if (!OperatingSystem.IsWindows())
            FlushFolder(path);
    }

    /// <summary>Calls a function for each file and folder in a folder, and for the folder itself last. Links are not followed.</summary>
    public static void FlushAll(string folder, Action<string> flush)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => entry.LinkTarget is null))
        {
            if (entry is DirectoryInfo)
                FlushAll(entry.FullName, flush);
            else
                flush(entry.FullName);
        }

        flush(folder);
    }

    private static void FlushFile(string path)
    {
        // Windows flushes only what is open for writing. Elsewhere, a file that nobody may write can be flushed too.
        FileAccess access = OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read;
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(file);
    }

    // .NET does not open folders.
    private static void FlushFolder(string path)
    {
        int folder = Open(path, 0);
        if (folder < 0)
        {
            // A folder can be writable and not readable. Then the system decides when the names are on disk.
            if (Marshal.GetLastPInvokeError() == AccessDenied)
                return;
            throw Failed(path);
        }

        try
        {
            // Some file systems cannot flush folders.
            if (Synchronize(folder) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument)
                throw Failed(path);
        }
        finally
        {
            _ = Close(folder);
        }
    }

    private static IOException Failed(string path) => new($"'{path}' cannot be written to disk: {Marshal.GetLastPInvokeErrorMessage()}.");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
