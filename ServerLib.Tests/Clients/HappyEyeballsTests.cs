using System.Net;
using System.Net.Sockets;
using ServerLib.Clients;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Clients;

[TestClass]
public sealed class HappyEyeballsTests
{
    private static readonly IPAddress[] Addresses =
        [IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2"), IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2")];

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly SteppedTime _time = new();
    private readonly Dictionary<IPAddress, TaskCompletionSource<Socket>> _attempts = [];
    private readonly List<string> _order = [];

    [TestMethod]
    public async Task The_next_address_of_the_other_family_is_tried_after_250_ms()
    {
        Task<Socket> connecting = ConnectAsync();
        CollectionAssert.AreEqual(new[] { "2001:db8::1" }, _order);
        await _time.PassAsync(HappyEyeballs.AttemptDelay, _guard);
        await _time.PassAsync(HappyEyeballs.AttemptDelay, _guard);
        await _time.PassAsync(HappyEyeballs.AttemptDelay, _guard);
        using Socket socket = Open();
        _attempts[Addresses[2]].SetResult(socket);

        Assert.AreSame(socket, await connecting);
        CollectionAssert.AreEqual(new[] { "2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2" }, _order);
    }

    [TestMethod]
    public async Task The_next_address_is_tried_at_once_when_one_fails()
    {
        Task<Socket> connecting = ConnectAsync();
        _attempts[Addresses[0]].SetException(new SocketException((int)SocketError.ConnectionRefused));
        using Socket socket = Open();
        _attempts[Addresses[2]].SetResult(socket);

        Assert.AreSame(socket, await connecting);
    }

    [TestMethod]
    public async Task The_first_failure_is_thrown_when_all_addresses_fail()
    {
        Task<Socket> connecting = ConnectAsync();
        _attempts[Addresses[0]].SetException(new SocketException((int)SocketError.ConnectionRefused));
        foreach (IPAddress address in Addresses[1..])
            _attempts[address].SetException(new SocketException((int)SocketError.NetworkUnreachable));

        SocketException e = await Assert.ThrowsExactlyAsync<SocketException>(() => connecting);
        Assert.AreEqual(SocketError.ConnectionRefused, e.SocketErrorCode);
    }

    [TestMethod]
    public async Task A_connection_that_comes_too_late_is_closed_and_cancelling_ends_all()
    {
        using var cancel = new CancellationTokenSource();
        Task<Socket> connecting = ConnectAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => connecting);
        using Socket socket = Open();
        _attempts[Addresses[0]].SetResult(socket);

        Assert.IsTrue(socket.SafeHandle.IsClosed);
    }

    [TestMethod]
    public async Task A_client_connects_although_the_first_address_does_not_answer()
    {
        using var server = new ScriptedServer();

        // A full queue of connections: Linux does not answer further attempts.
        using var dead = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        dead.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), server.EndPoint.Port));
        dead.Listen(0);
        using var queued = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await queued.ConnectAsync(dead.LocalEndPoint!, _guard);

        ServerClientOptions options = server.Options;
        (options.EndPoint, options.Host, options.Port) = (null, "server.example", server.EndPoint.Port);
        options.TimeProvider = _time;
        options.Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback]);
        Task<ServerClient> connecting = ServerClient.ConnectAsync(options, _guard);
        await _time.PassAsync(HappyEyeballs.AttemptDelay, _guard);
        using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        await peer.LogInAsync();
        await using ServerClient client = await connecting;

        Assert.AreEqual("Zoe", client.Alias);
        peer.Dispose();
    }

    private Task<Socket> ConnectAsync(CancellationToken token = default)
    {
        foreach (IPAddress address in Addresses)
            _attempts[address] = new TaskCompletionSource<Socket>();
        var eyeballs = new HappyEyeballs(
            (address, _) =>
            {
                _order.Add($"{address}");
                return _attempts[address].Task;
            },
            _time);
        return eyeballs.ConnectAsync(Addresses, token);
    }

    private static Socket Open() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
}
