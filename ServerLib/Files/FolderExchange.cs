using System.Runtime.InteropServices;

namespace ServerLib.Files;

/// <summary>Exchanges two folders. On Linux, this is one step: there is no moment at which one of them is missing.</summary>
internal static partial class FolderExchange
{
    private const int InvalidArgument = 22;
    private const int NotImplemented = 38;
    private const int CurrentDirectory = -100;
    private const uint Exchange = 2;

    /// <summary>Exchanges two folders on the same file system.</summary>
    /// <exception cref="IOException">They cannot be exchanged, for example because one is a mount point. Nothing is changed.</exception>
    public static void Swap(string left, string right)
    {
        if (OperatingSystem.IsLinux() && TrySwap(left, right))
            return;

        // For a moment, the left one is missing.
        string aside = right + ".swap";
        Directory.Move(left, aside);
        Directory.Move(right, left);
        Directory.Move(aside, right);
    }

    private static bool TrySwap(string left, string right)
    {
        try
        {
            if (Rename(CurrentDirectory, left, CurrentDirectory, right, Exchange) == 0)
                return true;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }

        // Some file systems, such as NFS, cannot exchange folders.
        if (Marshal.GetLastPInvokeError() is InvalidArgument or NotImplemented)
            return false;
        throw new IOException($"'{left}' cannot be replaced: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(int leftFolder, string left, int rightFolder, string right, uint flags);
}
