using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ServerLib.Diagnostics;

/// <summary>Lets a thread step back, so that hashing delays nobody's messages.</summary>
internal static partial class LowPriority
{
    /// <summary>How much nicer, in the kernel's terms: such a thread gets about a tenth of what an ordinary one gets.</summary>
    public const int Niceness = 10;

    /// <summary>The longest turn that there is.</summary>
    private const ulong SliceNs = 100_000_000;

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
            int nice = Math.Min(GetPriority(PrioProcess, 0) + Niceness, MaxNice);
            _ = SetPriority(PrioProcess, 0, nice);
            LengthenSlice(nice);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // No C library that knows it.
        }
    }

    /// <summary>
    /// Asks for few long turns instead of many short ones: since Linux 6.12 whoever has shorter ones takes over as soon as he wakes up,
    /// where he else waits for the end of this thread's turn, which is some milliseconds. Older kernels read the nice value only.
    /// </summary>
    private static void LengthenSlice(int nice)
    {
        int number = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 314,
            Architecture.Arm64 => 274,
            _ => 0,
        };
        if (number == 0)
            return;
        var attributes = new SchedulingAttributes { Size = (uint)Unsafe.SizeOf<SchedulingAttributes>(), Nice = nice, Runtime = SliceNs };
        _ = SetSchedulingAttributes(number, 0, attributes, 0);
    }

    /// <summary>sched_setattr(2)'s <c>struct sched_attr</c>, in its first version; its policy 0 is the ordinary one.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SchedulingAttributes
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong Runtime;
        public ulong Deadline;
        public ulong Period;
    }

    // The C library has no function of its own for it before glibc 2.41.
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SetSchedulingAttributes(nint number, int thread, in SchedulingAttributes attributes, uint flags);

    [LibraryImport("libc", EntryPoint = "getpriority")]
    private static partial int GetPriority(int which, uint who);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);
}
