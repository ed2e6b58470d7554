using System.Runtime.InteropServices;

namespace ServerLib.Files;

/// <summary>The type and owner of a file on Linux, which .NET does not expose. Links are followed.</summary>
/// <param name="Mode">The type in the upper four bits, and the permissions.</param>
/// <param name="Owner">The owner's user id.</param>
internal readonly partial record struct FileStatus(ushort Mode, uint Owner)
{
    private const int CurrentDirectory = -100;
    private const uint TypeAndOwner = 0x1 | 0x8;

    // The layout of struct statx, which is the same on all processors.
    private const int Size = 256;
    private const int OwnerOffset = 20;
    private const int ModeOffset = 28;

    /// <returns><see langword="null"/> if there is no file, or the system does not support this.</returns>
    public static FileStatus? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        Span<byte> status = stackalloc byte[Size];
        try
        {
            if (GetStatus(CurrentDirectory, path, 0, TypeAndOwner, status) != 0)
                return null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }

        return new FileStatus(MemoryMarshal.Read<ushort>(status[ModeOffset..]), MemoryMarshal.Read<uint>(status[OwnerOffset..]));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetStatus(int folder, string path, int flags, uint mask, Span<byte> status);
}
