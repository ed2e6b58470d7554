using System.Runtime.InteropServices;

namespace ServerLib.Benchmarks.Processes;

/// <summary>Sockets and epoll by system calls, for Linux.</summary>
internal static unsafe partial class Libc
{
    public const uint In = 0x1;
    public const uint Out = 0x4;

    public const int ControlAdd = 1;
    public const int ControlModify = 3;

    public const int InterruptedError = 4;
    public const int WouldBlockError = 11;

    private const int Inet = 2;
    private const int Stream = 1;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int NoSignal = 0x4000;
    private const int SetFlags = 4;
    private const int ReadWrite = 2;
    private const int ShutdownWrite = 1;
    private const int BindAddressNoPort = 24;

    // struct epoll_event is packed on x64, aligned elsewhere.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    public static int Error => Marshal.GetLastPInvokeError();

    public static IOException Failure(string what) => new($"{what}: {Marshal.GetLastPInvokeErrorMessage()}", Error);

    /// <summary>A blocking connection to a loopback port. Source addresses vary, because one address would run out of ports.</summary>
    public static int Connect(int port, int source)
    {
        int descriptor = Check(NewSocket(Inet, Stream | CloseOnExec, 0), "socket");
        try
        {
            int one = 1;
            Check(SetOption(descriptor, 6, 1, &one, sizeof(int)), "TCP_NODELAY");
            Check(SetOption(descriptor, 0, BindAddressNoPort, &one, sizeof(int)), "IP_BIND_ADDRESS_NO_PORT");
            Address from = new(0x7F000100u + 1 + (uint)(source % 200), 0);
            Check(Bind(descriptor, &from, sizeof(Address)), "bind");
            Address to = new(0x7F000001u, port);
            Check(ConnectTo(descriptor, &to, sizeof(Address)), "connect");
            return descriptor;
        }
        catch
        {
            _ = Close(descriptor);
            throw;
        }
    }

    /// <summary>A non-blocking socket that listens on a free loopback port.</summary>
    public static int Listen(out int port)
    {
        int descriptor = Check(NewSocket(Inet, Stream | CloseOnExec | NonBlocking, 0), "socket");
        Address at = new(0x7F000001u, 0);
        int size = sizeof(Address);
        Check(Bind(descriptor, &at, size), "bind");
        Check(ListenOn(descriptor, 4096), "listen");
        Check(NameOf(descriptor, &at, &size), "getsockname");
        port = at.Port;
        return descriptor;
    }

    /// <returns>-1 if there is nothing to accept.</returns>
    public static int Accept(int listener)
    {
        int descriptor = Accept4(listener, null, null, CloseOnExec | NonBlocking);
        if (descriptor < 0)
            return Error == WouldBlockError ? -1 : throw Failure("accept");
        int one = 1;
        Check(SetOption(descriptor, 6, 1, &one, sizeof(int)), "TCP_NODELAY");
        return descriptor;
    }

    public static void SetNonBlocking(int descriptor) => Check(Control(descriptor, SetFlags, ReadWrite | NonBlocking), "fcntl");

    /// <returns>The number of bytes received; 0 at the end, -1 if nothing is available.</returns>
    public static int Receive(int descriptor, Span<byte> buffer)
    {
        while (true)
        {
            nint count;
            fixed (byte* first = buffer)
                count = Recv(descriptor, first, buffer.Length, 0);
            if (count >= 0)
                return (int)count;
            if (Error == WouldBlockError)
                return -1;
            if (Error != InterruptedError)
                throw Failure("recv");
        }
    }

    /// <returns>The number of bytes sent; -1 if the buffer is full.</returns>
    public static int Send(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            nint count;
            fixed (byte* first = bytes)
                count = SendTo(descriptor, first, bytes.Length, NoSignal, null, 0);
            if (count >= 0)
                return (int)count;
            if (Error == WouldBlockError)
                return -1;
            if (Error != InterruptedError)
                throw Failure("send");
        }
    }

    public static void CompleteSending(int descriptor) => _ = Shutdown(descriptor, ShutdownWrite);

    public static int CreateEpoll() => Check(EpollCreate(CloseOnExec), "epoll_create1");

    public static void Watch(int epoll, int operation, int descriptor, uint events, int data)
    {
        byte* entry = stackalloc byte[16];
        *(uint*)entry = events;
        *(ulong*)(entry + EventSize - sizeof(ulong)) = (ulong)data;
        Check(EpollControl(epoll, operation, descriptor, entry), "epoll_ctl");
    }

    /// <summary>Waits for events.</summary>
    /// <param name="epoll">The epoll descriptor.</param>
    /// <param name="events">The buffer for events.</param>
    /// <param name="milliseconds">The timeout.</param>
    /// <returns>The number of events.</returns>
    public static int Wait(int epoll, byte[] events, int milliseconds)
    {
        int count;
        fixed (byte* first = events)
            count = EpollWait(epoll, first, events.Length / EventSize, milliseconds);
        return count >= 0 ? count : Error == InterruptedError ? 0 : throw Failure("epoll_wait");
    }

    public static int DataOf(byte[] events, int index) =>
        (int)BitConverter.ToUInt64(events, (index + 1) * EventSize - sizeof(ulong));

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    private static int Check(int result, string what) => result >= 0 ? result : throw Failure(what);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int NewSocket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int descriptor, int level, int name, void* value, int size);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(int descriptor, Address* address, int size);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int ConnectTo(int descriptor, Address* address, int size);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    private static partial int ListenOn(int descriptor, int backlog);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    private static partial int NameOf(int descriptor, Address* address, int* size);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept4(int descriptor, void* address, int* size, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int value);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Recv(int descriptor, byte* buffer, nint size, int flags);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    private static partial nint SendTo(int descriptor, byte* bytes, nint size, int flags, void* address, int addressSize);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(int descriptor, int how);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int epoll, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(int epoll, byte* events, int maxEvents, int milliseconds);

    /// <summary>struct sockaddr_in.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Address(uint host, int port)
    {
        private readonly ushort _family = Inet;
        private readonly ushort _port = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness((ushort)port);
        private readonly uint _host = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(host);
        private readonly ulong _zero;

        public readonly int Port => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(_port);
    }
}
