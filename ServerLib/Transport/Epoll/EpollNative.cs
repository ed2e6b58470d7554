using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ServerLib.Transport;

/// <summary>The few calls of Linux that .NET has no name for.</summary>
internal static unsafe partial class EpollNative
{
    public const uint In = 0x1;
    public const uint Out = 0x4;
    public const uint Error = 0x8;
    public const uint HangUp = 0x10;
    public const uint ReadHangUp = 0x2000;
    public const uint EdgeTriggered = 1u << 31;

    public const int Interrupted = 4;

    private const int Add = 1;
    private const int Delete = 2;
    private const int CloseOnExec = 0x80000;

    /// <summary>How far apart events are in an array of them.</summary>
    public static readonly int EventSize = EventSizeOn(RuntimeInformation.ProcessArchitecture);

    /// <summary>struct epoll_event is 32 bits of events and 64 of data: packed on x86, aligned elsewhere.</summary>
    public static int EventSizeOn(Architecture architecture) => architecture is Architecture.X64 or Architecture.X86 ? 12 : 16;

    /// <exception cref="IOException">There is no descriptor left.</exception>
    public static SafeFileHandle CreateEpoll() => Owned(EpollCreate(CloseOnExec));

    /// <exception cref="IOException">There is no descriptor left.</exception>
    public static SafeFileHandle CreateEvent() => Owned(EventFd(0, CloseOnExec));

    /// <exception cref="IOException">It can't be watched.</exception>
    public static void Watch(SafeHandle epoll, SafeHandle descriptor, uint events, ulong data)
    {
        byte* entry = stackalloc byte[16];
        Write(entry, events, data);
        if (EpollControl(epoll, Add, descriptor, entry) < 0)
            throw Failure();
    }

    /// <summary>Does nothing when the descriptor is closed already.</summary>
    public static void Unwatch(SafeHandle epoll, SafeHandle descriptor)
    {
        byte* ignored = stackalloc byte[16];
        try
        {
            _ = EpollControl(epoll, Delete, descriptor, ignored);
        }
        catch (ObjectDisposedException)
        {
            // Closing took it out of the set.
        }
    }

    /// <summary>Makes a descriptor of <see cref="CreateEvent"/> readable.</summary>
    public static void Signal(SafeHandle descriptor)
    {
        ulong one = 1;
        _ = WriteBytes(descriptor, &one, sizeof(ulong));
    }

    public static void Read(byte* entry, out uint events, out ulong data)
    {
        events = *(uint*)entry;
        data = *(ulong*)(entry + EventSize - sizeof(ulong));
    }

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(SafeHandle epoll, byte* events, int maxEvents, int timeoutMilliseconds);

    public static IOException Failure() => new(Marshal.GetLastPInvokeErrorMessage(), Marshal.GetLastPInvokeError());

    private static void Write(byte* entry, uint events, ulong data)
    {
        *(uint*)entry = events;
        *(ulong*)(entry + EventSize - sizeof(ulong)) = data;
    }

    private static SafeFileHandle Owned(int descriptor) =>
        descriptor < 0 ? throw Failure() : new SafeFileHandle(descriptor, ownsHandle: true);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(SafeHandle epoll, int operation, SafeHandle descriptor, byte* entry);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteBytes(SafeHandle descriptor, void* bytes, nint count);
}
