using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class EpollListenerTests
{
    private CancellationToken Token { get; } = Guard.NewToken();

    [TestMethod]
    public async Task An_accepted_connection_has_the_options_of_its_listener()
    {
        var options = new ServerOptions { Port = 0 };
        options.Limits.KeepAlive = TimeSpan.FromSeconds(42);
        using EpollListener listener = EpollListener.Listen(options, NullLogger.Instance);
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndPoint, Token);
        await using TransportConnection transport = await listener.AcceptAsync(Token);
        Socket socket = transport.Socket!;
        Assert.IsTrue(socket.NoDelay);
        Assert.AreNotEqual(0, (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!);
        Assert.AreEqual(42, (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!);
    }

    [TestMethod]
    public async Task An_IPv4_peer_of_a_dual_mode_listener_is_shown_as_IPv4()
    {
        if (!Socket.OSSupportsIPv6)
            Assert.Inconclusive("There is no IPv6 here.");
        using EpollListener listener = EpollListener.Listen(new ServerOptions { Server = "::", Port = 0 }, NullLogger.Instance);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndPoint).Port, Token);
        await using TransportConnection transport = await listener.AcceptAsync(Token);

        Assert.AreEqual(client.LocalEndPoint, transport.RemoteEndPoint);
    }
}
