using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Clients;
using ServerLib.Protocol;
using ServerLib.Tests.Connections;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class TcpKeepAliveTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(0.5, 1, 1, 1)]
    [DataRow(1, 1, 1, 1)]
    [DataRow(10, 10, 2, 5)]
    [DataRow(60, 60, 12, 5)]
    [DataRow(100_000, 32_767, 6_553, 5)]
    public void A_silent_peer_is_given_up_after_twice_the_time(double seconds, int idle, int interval, int count)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        TcpKeepAlive.Set(socket, TimeSpan.FromSeconds(seconds));

        AssertOptions(socket, idle, interval, count);
    }

    [TestMethod]
    public void A_client_sets_no_timeout_for_data_that_its_server_has_not_read()
    {
        using Socket socket = ClientConnector.CreateSocket(AddressFamily.InterNetwork, TimeSpan.FromSeconds(10));

        AssertOptions(socket, 10, 2, 5, timeout: 0);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow(TransportKind.Automatic)]
    [DataRow(TransportKind.Portable)]
    public async Task An_accepted_connection_has_the_options_of_its_listener(TransportKind kind)
    {
        using IConnectionListener listener = Listen(kind, TimeSpan.FromSeconds(10));
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, _guard);
        await using TransportConnection transport = (await listener.AcceptAsync(_guard)).Opened();

        AssertOptions(transport.Socket!, 10, 2, 5);
        Assert.IsNotNull(transport.SinceLastAck);
        Assert.AreEqual(0, transport.Unacknowledged);
        Assert.IsFalse(await transport.HasTimedOutAsync());
    }

    [TestMethod]
    [DataRow(true, 89, DisconnectReason.SlowReader)]
    [DataRow(true, 90, DisconnectReason.ConnectionLost)]
    [DataRow(true, null, DisconnectReason.ConnectionLost)]
    [DataRow(false, 0, DisconnectReason.ConnectionLost)]
    public async Task A_peer_that_acknowledges_and_does_not_read_is_a_slow_reader(bool hasTimedOut, int? secondsSinceLastAck, DisconnectReason reason)
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice");
        using Connection connection = client.Connection;
        client.Transport.HasTimedOut = hasTimedOut;
        client.Transport.LastAck = secondsSinceLastAck is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        await client.Transport.DisposeAsync();

        Assert.IsFalse(await connection.WaitToReceiveAsync(_guard));
        Assert.AreEqual(reason, connection.Reason);
    }

    private static IConnectionListener Listen(TransportKind kind, TimeSpan keepAlive)
    {
        var options = new ServerOptions { Port = 0 };
        options.Limits.KeepAlive = keepAlive;
        return kind == TransportKind.Portable
            ? new SocketListener(SocketListener.OpenSocket(options.ServerSocket, options), options.Limits.KeepAlive)
            : EpollPeers.Listen(options);
    }

    private static void AssertOptions(Socket socket, int idle, int interval, int count, int? timeout = null)
    {
        Assert.AreNotEqual(0, (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!);
        Assert.AreEqual(idle, (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!);
        Assert.AreEqual(interval, (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval)!);
        Assert.AreEqual(count, (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount)!);
        if (!OperatingSystem.IsLinux())
            return;
        byte[] actual = new byte[4];
        socket.GetRawSocketOption(6, 18, actual);
        Assert.AreEqual(timeout ?? 2_000 * idle, BitConverter.ToInt32(actual));
    }
}
