using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ServerLib.Transport;

/// <summary>
/// Reads and writes a socket without waiting. <see cref="System.Net.Sockets.Socket"/> could do this, but uses 224 more bytes for each
/// non-blocking socket.
/// </summary>
internal static unsafe partial class EpollSocket
{
    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int TryAgain = 11;
    private const int TooManyInSystem = 23;
    private const int TooManyInProcess = 24;
    private const int ConnectionAborted = 103;

    /// <summary>Reads the bytes that have arrived.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The buffer; not empty.</param>
    /// <param name="wouldBlock">Whether there was nothing to read.</param>
    /// <returns>The number of bytes; 0 if the peer has closed its side, -1 if the connection is lost.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static int Receive(SafeHandle socket, Span<byte> buffer, out bool wouldBlock)
    {
        fixed (byte* bytes = buffer)
        {
            while (true)
            {
                nint count = Receive(socket, bytes, buffer.Length, DoNotWait);
                int error = count >= 0 ? 0 : Marshal.GetLastPInvokeError();
                if (error == EpollNative.Interrupted)
                    continue;
                wouldBlock = error == TryAgain;
                return (int)count;
            }
        }
    }

    /// <summary>Accepts a connection if one is queued.</summary>
    /// <param name="listener">A non-blocking listening socket.</param>
    /// <returns>The connection; <see langword="null"/> if none is queued.</returns>
    /// <exception cref="SocketException">Accepting failed. The next attempt may succeed.</exception>
    /// <exception cref="ObjectDisposedException">The listener is closed.</exception>
    public static Socket? TryAccept(SafeHandle listener)
    {
        while (true)
        {
            int descriptor = Accept(listener, null, null, EpollNative.CloseOnExec);
            if (descriptor >= 0)
                return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
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

    /// <summary>Writes as many bytes as the socket takes.</summary>
    /// <returns>The number of bytes taken; -1 if the connection is lost.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static int Send(SafeHandle socket, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            while (true)
            {
                nint count = Send(socket, bytes, buffer.Length, DoNotWait | NoSignal);
                int error = count >= 0 ? 0 : Marshal.GetLastPInvokeError();
                if (error != EpollNative.Interrupted)
                    return error == TryAgain ? 0 : (int)count;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept(SafeHandle listener, void* address, int* length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeHandle socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeHandle socket, byte* buffer, nint length, int flags);
}
