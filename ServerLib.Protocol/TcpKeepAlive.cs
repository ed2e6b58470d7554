using System.Net.Sockets;

namespace ServerLib.Protocol;

/// <summary>Sets how soon TCP itself notices that a peer is gone, for servers and clients alike.</summary>
internal static class TcpKeepAlive
{
    // tcp(7): milliseconds.
    private const int Tcp = 6;
    private const int UserTimeout = 18;

    /// <summary>The longest times that Linux takes.</summary>
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(32_767);

    /// <summary>
    /// Probes an idle connection after <paramref name="keepAlive"/>, and ends it when nothing is answered, or sent data is not acknowledged,
    /// for as long again. Zero leaves everything as it is. Outside Linux, unacknowledged data has the system's own timeout.
    /// </summary>
    /// <remarks>
    /// The timeout also ends a live peer that has not read for that long while data waited for it, so it must not be shorter than that.
    /// </remarks>
    /// <exception cref="SocketException">The socket is no longer connected.</exception>
    public static void Set(Socket socket, TimeSpan keepAlive)
    {
        SetProbes(socket, keepAlive);
        if (keepAlive > TimeSpan.Zero && OperatingSystem.IsLinux())
            socket.SetRawSocketOption(Tcp, UserTimeout, BitConverter.GetBytes(2 * 1_000 * IdleSeconds(keepAlive)));
    }

    /// <summary>
    /// Only probes an idle connection, and ends it when nothing is answered. A live peer may leave data unread for any time.
    /// </summary>
    /// <exception cref="SocketException">The socket is no longer connected.</exception>
    public static void SetProbes(Socket socket, TimeSpan keepAlive)
    {
        if (keepAlive <= TimeSpan.Zero)
            return;
        int idle = IdleSeconds(keepAlive);
        int interval = Math.Max(1, idle / 5);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, interval);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, idle / interval);

        // The last one, because the first probe may be sent at once.
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, idle);
    }

    private static int IdleSeconds(TimeSpan keepAlive) => (int)Math.Ceiling((keepAlive < Max ? keepAlive : Max).TotalSeconds);
}
