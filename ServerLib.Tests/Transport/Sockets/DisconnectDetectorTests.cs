using System.Net;
using System.Net.Sockets;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
public sealed class DisconnectDetectorTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task The_detector_reports_a_peer_that_has_closed_its_side()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndpoint, _guard);
        using Socket accepted = await listener.AcceptSocketAsync(_guard);
        listener.Stop();

        Assert.IsFalse(DisconnectDetector.HasDisconnected(accepted));
        await client.SendAsync(new byte[1], _guard);
        await accepted.ReceiveAsync(new byte[1], SocketFlags.Peek, _guard);
        Assert.IsFalse(DisconnectDetector.HasDisconnected(accepted));
        client.Shutdown(SocketShutdown.Send);
        await accepted.ReceiveAsync(new byte[1], _guard);
        await accepted.ReceiveAsync(new byte[1], _guard);
        Assert.IsTrue(DisconnectDetector.HasDisconnected(accepted));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task A_reset_is_reported_even_if_data_is_left_to_read()
    {
        using SocketPair ended = await SocketPair.ConnectAsync();
        using SocketPair reset = await SocketPair.ConnectAsync();
        foreach (SocketPair pair in (SocketPair[])[ended, reset])
        {
            await pair.Client.SendAsync(new byte[2], _guard);
            await pair.Server.ReceiveAsync(new byte[1], _guard);
            Assert.IsFalse(DisconnectDetector.IsReset(pair.Server.SafeHandle));
        }

        await ended.Server.ReceiveAsync(new byte[1], _guard);
        ended.Client.Shutdown(SocketShutdown.Send);
        Assert.AreEqual(0, await ended.Server.ReceiveAsync(new byte[1], _guard));
        reset.Client.LingerState = new LingerOption(true, 0);
        reset.Client.Close();
        Assert.IsTrue(await Task.Run(() => reset.Server.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectError), _guard).WaitAsync(_guard));
        Assert.AreEqual(1, reset.Server.Receive(new byte[1], SocketFlags.Peek));

        Assert.IsTrue(DisconnectDetector.HasDisconnected(ended.Server) && DisconnectDetector.HasDisconnected(reset.Server));
        Assert.IsFalse(DisconnectDetector.IsReset(ended.Server.SafeHandle));
        Assert.IsTrue(DisconnectDetector.IsReset(reset.Server.SafeHandle));
    }

    [TestMethod]
    public void A_system_that_does_not_support_detection_reports_no_disconnect()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

        Assert.IsFalse(DisconnectDetector.HasDisconnected(socket));
        socket.Dispose();
        Assert.IsTrue(DisconnectDetector.HasDisconnected(socket));
    }
}
