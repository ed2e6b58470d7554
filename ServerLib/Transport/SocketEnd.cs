using System.Net.Sockets;

namespace ServerLib.Transport;

/// <summary>Whether the peer of a socket has gone, without reading what it sent before.</summary>
internal static class SocketEnd
{
    // tcp(7): the state is the first byte of struct tcp_info.
    private const int Tcp = 6;
    private const int TcpInfo = 11;
    private const byte Established = 1;

    /// <summary>
    /// Whether the peer has closed its side, or the connection is lost; elsewhere than on Linux, not while there is something to read. Where
    /// the system doesn't say, nobody has gone.
    /// </summary>
    public static bool HasCome(Socket socket)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
                return socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
            Span<byte> state = stackalloc byte[1];
            return socket.GetRawSocketOption(Tcp, TcpInfo, state) == 1 && state[0] != Established;
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
}
