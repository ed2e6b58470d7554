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
        using EpollListener listener = EpollPeers.Listen(options);
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
        using EpollListener listener = EpollPeers.Listen(new ServerOptions { Server = "::", Port = 0 });
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndPoint).Port, Token);
        await using TransportConnection transport = await listener.AcceptAsync(Token);

        Assert.AreEqual(client.LocalEndPoint, transport.RemoteEndPoint);
    }

    [TestMethod]
    public async Task An_IPv6_peer_is_shown_with_its_address()
    {
        if (!Socket.OSSupportsIPv6)
            Assert.Inconclusive("There is no IPv6 here.");
        using EpollListener listener = EpollPeers.Listen(new ServerOptions { Server = "::1", Port = 0 });
        using var client = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync((IPEndPoint)listener.LocalEndPoint, Token);
        await using TransportConnection transport = await listener.AcceptAsync(Token);

        Assert.AreEqual(client.LocalEndPoint, transport.RemoteEndPoint);
    }

    [TestMethod]
    public async Task A_burst_of_connections_is_accepted_completely()
    {
        using EpollListener listener = EpollPeers.Listen(new ServerOptions { Port = 0, MaxClients = 200 });
        var clients = new List<TcpClient>();
        for (int i = 0; i < 150; i++)
        {
            var client = new TcpClient();
            clients.Add(client);
            await client.ConnectAsync((IPEndPoint)listener.LocalEndPoint, Token);
        }

        foreach (TcpClient client in clients)
        {
            await using TransportConnection transport = await listener.AcceptAsync(Token);
            Assert.AreEqual(((IPEndPoint)client.Client.LocalEndPoint!).Port, ((IPEndPoint)transport.RemoteEndPoint).Port);
        }

        clients.ForEach(client => client.Dispose());
    }

    [TestMethod]
    public async Task A_wait_for_a_connection_can_be_canceled_and_ends_with_the_listener()
    {
        EpollListener listener = EpollPeers.Listen(new ServerOptions { Port = 0 });
        using var impatient = new CancellationTokenSource();
        Task canceled = listener.AcceptAsync(impatient.Token).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => canceled);

        Task ended = listener.AcceptAsync(Token).AsTask();
        listener.Dispose();
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => ended);
    }
}
