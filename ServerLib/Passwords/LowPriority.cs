using System.Runtime.InteropServices;

namespace ServerLib.Passwords;

/// <summary>Lets a thread step back, so that hashing delays nobody's messages.</summary>
internal static partial class LowPriority
{
    /// <summary>How much nicer, in the kernel's terms: such a thread gets about a tenth of what an ordinary one gets.</summary>
    public const int Niceness = 10;

    private const int PrioProcess = 0;
    private const int MaxNice = 19;

    /// <summary>Lowers the calling thread. Where that isn't possible it stays as it is.</summary>
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
            // Thread.Priority does nothing here. Niceness is a thread's own on Linux, and 0 is the calling thread's id.
            int nice = GetPriority(PrioProcess, 0);
            _ = SetPriority(PrioProcess, 0, Math.Min(nice + Niceness, MaxNice));
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // No C library that knows it.
        }
    }

    [LibraryImport("libc", EntryPoint = "getpriority")]
    private static partial int GetPriority(int which, uint who);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);
}
