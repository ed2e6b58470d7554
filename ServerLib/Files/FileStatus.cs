using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ServerLib.Files;

/// <summary>The type, owner and identity of a file on Linux, which .NET does not expose. Links are followed.</summary>
/// <param name="Mode">The type in the upper four bits, and the permissions.</param>
/// <param name="Owner">The owner's user id.</param>
/// <param name="Number">The file's number (inode), which is unique on its device.</param>
/// <param name="Device">The device.</param>
internal readonly partial record struct FileStatus(ushort Mode, uint Owner, ulong Number, ulong Device)
{
    private const int CurrentDirectory = -100;
    private const int OfHandle = 0x1000;
    private const uint TypeOwnerAndNumber = 0x1 | 0x8 | 0x100;

    // The layout of struct statx, which is the same on all processors.
    private const int Size = 256;
    private const int OwnerOffset = 20;
    private const int ModeOffset = 28;
    private const int NumberOffset = 32;
    private const int DeviceOffset = 136;

    /// <returns><see langword="null"/> if there is no file, or the system does not support this.</returns>
    public static FileStatus? Of(string path) => Get(CurrentDirectory, path, 0);

    /// <summary>The status of an open file, which may have been deleted.</summary>
    /// <returns><see langword="null"/> if the system does not support this.</returns>
    public static FileStatus? Of(SafeFileHandle file) => Get((int)file.DangerousGetHandle(), "", OfHandle);

    private static FileStatus? Get(int folder, string path, int flags)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        Span<byte> status = stackalloc byte[Size];
        try
        {
            if (GetStatus(folder, path, flags, TypeOwnerAndNumber, status) != 0)
                return null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }

        return new FileStatus(
            MemoryMarshal.Read<ushort>(status[ModeOffset..]),
            MemoryMarshal.Read<uint>(status[OwnerOffset..]),
            MemoryMarshal.Read<ulong>(status[NumberOffset..]),
            MemoryMarshal.Read<ulong>(status[DeviceOffset..]));
    }

    /// <summary>Whether it is a Unix socket.</summary>
    public bool IsSocket => (Mode & 0xF000) == 0xC000;

    /// <summary>Whether both are the same file, even if its permissions or owner have changed.</summary>
    public bool IsSameFile(FileStatus other) => (Number, Device) == (other.Number, other.Device);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetStatus(int folder, string path, int flags, uint mask, Span<byte> status);
}
