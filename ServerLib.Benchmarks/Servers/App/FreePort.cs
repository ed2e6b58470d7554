using System.Net;
using System.Net.Sockets;

namespace ServerLib.Benchmarks.Servers.App;

/// <summary>Finds a port for a server that cannot choose one itself.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
