using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ServerLib.Transport;

/// <summary>
/// The descriptor of an accepted socket. Reads and writes without waiting. A <see cref="Socket"/> could do this, but costs eight more system
/// calls per connection, and more memory.
/// </summary>
internal sealed unsafe partial class EpollSocket : SafeHandleMinusOneIsInvalid
{
    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int TryAgain = 11;
    private const int TimedOut = 110;
    private const int TooManyInSystem = 23;
    private const int TooManyInProcess = 24;
    private const int ConnectionAborted = 103;
    private const int WriteSide = 1;
    private const int DuplicateCloseOnExec = 1030;

    // struct sockaddr_in6, the larger of the two kinds.
    private const int MaxAddressSize = 28;

    private EpollSocket(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>Accepts a connection if one is queued.</summary>
    /// <param name="listener">A non-blocking listening socket.</param>
    /// <param name="peer">The peer's end point.</param>
    /// <returns>The connection; <see langword="null"/> if none is queued.</returns>
    /// <exception cref="SocketException">Accepting failed. The next attempt may succeed.</exception>
    /// <exception cref="ObjectDisposedException">The listener is closed.</exception>
    public static EpollSocket? TryAccept(SafeHandle listener, out IPEndPoint? peer)
    {
        byte* address = stackalloc byte[MaxAddressSize];
        peer = null;
        while (true)
        {
            int size = MaxAddressSize;
            int descriptor = Accept(listener, address, &size, EpollNative.CloseOnExec);
            if (descriptor >= 0)
            {
                peer = SocketAddressReader.Read(new ReadOnlySpan<byte>(address, size));
                return new EpollSocket(descriptor);
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case TryAgain:
                    return null;
                case EpollNative.Interrupted or ConnectionAborted:
                    continue;
                case TooManyInProcess or TooManyInSystem:
                    throw new SocketException((int)SocketError.TooManyOpenSockets);
                default:
                    throw new SocketException((int)SocketError.SocketError, Marshal.GetLastPInvokeErrorMessage());
            }
        }
    }

    /// <summary>Creates a socket for the same connection. It has a descriptor of its own.</summary>
    /// <exception cref="SocketException">There are no file descriptors left.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public Socket ToSocket()
    {
        int descriptor = Control(this, DuplicateCloseOnExec, 0);
        return descriptor >= 0
            ? new Socket(new SafeSocketHandle(descriptor, ownsHandle: true))
            : throw new SocketException((int)SocketError.TooManyOpenSockets);
    }

    /// <summary>Whether the system has given up on the peer, because it did not answer or did not read.</summary>
    public bool HasTimedOut { get; private set; }

    /// <summary>Reads the bytes that have arrived.</summary>
    /// <param name="buffer">The buffer; not empty.</param>
    /// <param name="wouldBlock">Whether there was nothing to read.</param>
    /// <returns>The number of bytes; 0 if the peer has closed its side, -1 if the connection is lost.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public int Receive(Span<byte> buffer, out bool wouldBlock)
    {
        fixed (byte* bytes = buffer)
        {
            while (true)
            {
                nint count = Receive(this, bytes, buffer.Length, DoNotWait);
                int error = count >= 0 ? 0 : Marshal.GetLastPInvokeError();
                if (error == EpollNative.Interrupted)
                    continue;
                if (error == TimedOut)
                    HasTimedOut = true;
                wouldBlock = error == TryAgain;
                return (int)count;
            }
        }
    }

    /// <summary>Writes as many bytes as the socket takes.</summary>
    /// <returns>The number of bytes taken; -1 if the connection is lost.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public int Send(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            while (true)
            {
                nint count = Send(this, bytes, buffer.Length, DoNotWait | NoSignal);
                int error = count >= 0 ? 0 : Marshal.GetLastPInvokeError();
                if (error == TimedOut)
                    HasTimedOut = true;
                if (error != EpollNative.Interrupted)
                    return error == TryAgain ? 0 : (int)count;
            }
        }
    }

    /// <summary>Tells the peer that nothing more follows.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void CompleteWriting() => _ = Shutdown(this, WriteSide);

    protected override bool ReleaseHandle() => Close((int)handle) == 0;

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept(SafeHandle listener, byte* address, int* size, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeHandle socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeHandle socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    private static partial int Shutdown(SafeHandle socket, int side);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeHandle socket, int command, int argument);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
