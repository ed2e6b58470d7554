using System.Net;
using System.Net.Sockets;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class SocketConnectionTests : TransportContract
{
    [TestMethod]
    public async Task A_reset_is_reported_as_a_lost_connection()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        await using var transport = new SocketConnection(pair.Server, TimeSpan.Zero).Opened();
        ValueTask<bool> waiting = transport.WaitToReadAsync(Token);
        pair.Client.LingerState = new LingerOption(true, 0);
        pair.Client.Close();

        // The wait may end with the error, or with a read that finds it.
        if (await waiting)
        {
            Assert.IsTrue(transport.TryRead(new byte[1], out int count));
            Assert.AreEqual(-1, count);
        }
    }

    [TestMethod]
    public async Task Open_disables_Nagle_and_enables_keep_alive()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        await using var transport = new SocketConnection(pair.Server, TimeSpan.FromSeconds(42)).Opened();

        Assert.IsTrue(pair.Server.NoDelay);
        Assert.AreNotEqual(0, (int)pair.Server.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!);
        Assert.AreEqual(42, (int)pair.Server.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!);
    }

    [TestMethod]
    public async Task An_IPv4_peer_of_a_dual_mode_listener_is_shown_as_IPv4()
    {
        if (!Socket.OSSupportsIPv6)
            Assert.Inconclusive("There is no IPv6 here.");
        using var listener = new SocketListener(
            SocketListener.OpenSocket(new IPEndPoint(IPAddress.IPv6Any, 0), new ServerOptions()), keepAlive: TimeSpan.Zero);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndPoint).Port, Token);
        await using TransportConnection transport = await listener.AcceptAsync(Token);

        Assert.AreEqual(client.LocalEndPoint, transport.RemoteEndPoint);
    }

    private protected override Task<(TransportConnection Transport, Stream Peer)> OpenAsync() => TransportPairs.OpenSocketAsync();
}
