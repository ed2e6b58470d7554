using System.Runtime.InteropServices;

namespace ServerLib.Passwords;

/// <summary>Lowers the priority of a thread, so that hashing does not delay messages.</summary>
internal static partial class LowPriority
{
    /// <summary>The increase of the nice value on Linux. Such a thread gets about a tenth of the time of a normal one.</summary>
    public const int Niceness = 10;

    private const int PrioProcess = 0;
    private const int MaxNice = 19;

    /// <summary>Lowers the priority of the calling thread, if the system allows it.</summary>
    public static void EnterOnThisThread()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsAndroid())
            LowerOnLinux();
        else
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
    }

    private static void LowerOnLinux()
    {
        try
        {
            // Thread.Priority has no effect on Linux. There, each thread has its own nice value, and 0 is the calling thread.
            int nice = GetPriority(PrioProcess, 0);
            _ = SetPriority(PrioProcess, 0, Math.Min(nice + Niceness, MaxNice));
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // The C library does not have these functions.
        }
    }

    [LibraryImport("libc", EntryPoint = "getpriority")]
    private static partial int GetPriority(int which, uint who);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);
}
