using System.Runtime.InteropServices;

namespace ServerLib.Files;

/// <summary>What Linux knows of a file beside what .NET tells: what kind of thing it is, and whose. Links are followed.</summary>
/// <param name="Mode">Its kind, in the upper four bits, and its rights.</param>
/// <param name="Owner">The number of the user whose it is.</param>
internal readonly partial record struct FileStatus(ushort Mode, uint Owner)
{
    private const int CurrentDirectory = -100;
    private const uint TypeAndOwner = 0x1 | 0x8;

    // Of struct statx, which is the same on all processors.
    private const int Size = 256;
    private const int OwnerOffset = 20;
    private const int ModeOffset = 28;

    /// <returns><see langword="null"/> where there is nothing, or the system can't be asked.</returns>
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
