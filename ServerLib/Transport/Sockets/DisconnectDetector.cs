using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ServerLib.Transport;

/// <summary>Detects whether the peer of a socket has disconnected, without reading what it sent before.</summary>
internal static unsafe partial class DisconnectDetector
{
    // tcp(7): the state is the first byte of struct tcp_info.
    private const int Tcp = 6;
    private const int TcpInfo = 11;

    // The places of tcpi_retransmits and tcpi_probes, in bytes.
    private const int Retransmits = 2;
    private const int Probes = 3;

    // The place of tcpi_last_ack_recv, in 32-bit numbers.
    private const int LastAck = 14;
    private const byte Established = 1;
    private const byte Closed = 7;

    /// <summary>
    /// Whether the peer has closed its side, or the connection is lost. On systems other than Linux, this is detected only after all data is
    /// read. If the system does not report it, the peer counts as connected.
    /// </summary>
    public static bool HasDisconnected(Socket socket)
    {
        try
        {
            return OperatingSystem.IsLinux()
                ? HasDisconnected(socket.SafeHandle)
                : socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>The same for a descriptor. Linux only.</summary>
    public static bool HasDisconnected(SafeHandle socket)
    {
        try
        {
            return StateOf(socket) is { } state && state != Established;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>
    /// Whether the connection is lost, most likely by a reset, even if there is data left to read. Systems other than Linux do not report it.
    /// </summary>
    public static bool IsReset(SafeHandle socket)
    {
        try
        {
            return OperatingSystem.IsLinux() && StateOf(socket) == Closed;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>
    /// How long ago the peer's system has acknowledged something; <see langword="null"/> if that is unknown. Also after the connection is lost.
    /// </summary>
    public static TimeSpan? SinceLastAck(SafeHandle socket)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        uint* info = stackalloc uint[LastAck + 1];
        int size = sizeof(uint) * (LastAck + 1);
        try
        {
            return GetOption(socket, Tcp, TcpInfo, (byte*)info, &size) == 0 && size == sizeof(uint) * (LastAck + 1)
                ? TimeSpan.FromMilliseconds(info[LastAck])
                : null;
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>How many probes or retransmissions in a row the peer's system has not acknowledged; 0 if that is unknown.</summary>
    public static int Unacknowledged(SafeHandle socket)
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        byte* info = stackalloc byte[Probes + 1];
        int size = Probes + 1;
        try
        {
            return GetOption(socket, Tcp, TcpInfo, info, &size) == 0 && size == Probes + 1 ? info[Retransmits] + info[Probes] : 0;
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    private static byte? StateOf(SafeHandle socket)
    {
        byte state;
        int size = sizeof(byte);
        return GetOption(socket, Tcp, TcpInfo, &state, &size) == 0 && size == sizeof(byte) ? state : null;
    }

    [LibraryImport("libc", EntryPoint = "getsockopt")]
    private static partial int GetOption(SafeHandle socket, int level, int option, byte* value, int* size);
}
