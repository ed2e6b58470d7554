using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ServerLib.Transport;

/// <summary>The Linux functions for epoll, which .NET does not expose.</summary>
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
    public const int CloseOnExec = 0x80000;

    /// <summary>The size of an event in an array.</summary>
    public static readonly int EventSize = EventSizeOn(RuntimeInformation.ProcessArchitecture);

    /// <summary>The size of struct epoll_event: 32 bits of events and 64 bits of data, packed on x86 and aligned elsewhere.</summary>
    public static int EventSizeOn(Architecture architecture) => architecture is Architecture.X64 or Architecture.X86 ? 12 : 16;

    /// <exception cref="IOException">There are no file descriptors left.</exception>
    public static SafeFileHandle CreateEpoll() => Owned(EpollCreate(CloseOnExec));

    /// <exception cref="IOException">There are no file descriptors left.</exception>
    public static SafeFileHandle CreateEvent() => Owned(EventFd(0, CloseOnExec));

    /// <summary>Watches a descriptor. It must stay open until this returns, or its first event arrives.</summary>
    /// <remarks>
    /// The event loop may handle the first event, and close the socket, before this returns. A reference that is still held here would make
    /// .NET reset the connection instead of closing it, so none is taken.
    /// </remarks>
    /// <exception cref="IOException">The descriptor can't be watched.</exception>
    public static void Watch(SafeHandle epoll, SafeHandle descriptor, uint events, ulong data)
    {
        byte* entry = stackalloc byte[16];
        Write(entry, events, data);
        if (EpollControl(epoll, Add, (int)descriptor.DangerousGetHandle(), entry) < 0)
            throw Failure();
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
    private static partial int EpollControl(SafeHandle epoll, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteBytes(SafeHandle descriptor, void* bytes, nint count);
}
