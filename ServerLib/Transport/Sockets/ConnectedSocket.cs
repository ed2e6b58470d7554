using System.Net.Sockets;

namespace ServerLib.Transport;

/// <summary>A socket that an application has accepted itself.</summary>
internal static class ConnectedSocket
{
    /// <summary>Opens a transport on the socket, and owns the socket from then on.</summary>
    /// <exception cref="ServerLibException">The socket is not connected.</exception>
    public static SocketConnection Open(Socket socket, TimeSpan keepAlive)
    {
        try
        {
            var transport = new SocketConnection(socket, keepAlive);
            return transport.TryOpen() ? transport : throw new SocketException((int)SocketError.NotConnected);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw ServerLibException.Wrap(e, nameof(Connection));
        }
    }
}
