using System.Runtime.InteropServices;

namespace ServerLib.Diagnostics;

/// <summary>Whose files are.</summary>
internal static partial class FileOwner
{
    private const int CurrentDirectory = -100;
    private const uint OwnerOnly = 0x8;
    private const int StatusSize = 256;
    private const int OwnerOffset = 20;

    /// <summary>
    /// Whether a file or folder is the one's under whom this program runs. What it makes in another's folder, that one can't use: root can
    /// write everywhere. Where the system can't be asked, it is.
    /// </summary>
    public static bool IsMine(string path)
    {
        if (!OperatingSystem.IsLinux())
            return true;
        Span<byte> status = stackalloc byte[StatusSize];
        try
        {
            // .NET has no name for it, and struct statx is the same on all processors.
            return GetStatus(CurrentDirectory, path, 0, OwnerOnly, status) == 0
                && MemoryMarshal.Read<uint>(status[OwnerOffset..]) == GetUser();
        }
        catch (EntryPointNotFoundException)
        {
            return true;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetStatus(int folder, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetUser();
}
