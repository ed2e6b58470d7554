using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Connections;
using ServerLib.Protocol;
using ServerLib.Tests.EndToEnd;
using ServerLib.Tests.Transport;
using ServerLib.Transport;

namespace ServerLib.Tests.Connections;

[TestClass]
public sealed class ConnectionTests
{
    [TestMethod]
    public async Task ReceiveCredentialsAsync_needs_no_network()
    {
        var client = new MemoryConnection();
        await client.Classic.SendLoginAsync("bob", "secret", Guard.NewToken());

        Credentials? credentials = await Srv.GetCredentialsAsync(client.Connection, Guard.NewToken());
        Assert.IsNotNull(credentials);
        Assert.AreEqual(("bob", "secret"), (credentials.Username, credentials.Password));
        Assert.AreEqual(client.Connection.RemoteEndPoint, credentials.Address);
    }

    [TestMethod]
    [DataRow("GET / HTTP/1.1\r\n")]
    [DataRow("\u0016\u0003\u0001")]
    [DataRow("SSH-2.0-x\r\n")]
    public async Task A_first_byte_of_no_protocol_ends_it(string bytes)
    {
        var client = new MemoryConnection();
        await client.Classic.SendRawAsync(System.Text.Encoding.ASCII.GetBytes(bytes), Guard.NewToken());

        Assert.IsNull(await Srv.GetCredentialsAsync(client.Connection, Guard.NewToken()));
        Assert.AreEqual(DisconnectReason.UnknownProtocol, client.Connection.Reason);
    }

    [TestMethod]
    public async Task A_loop_that_waits_for_a_connection_learns_of_its_end()
    {
        await using var transport = new OneWaitTransport();
        var client = new Connection(transport, new ConnectionSettings(new ServerOptions(), serverKey: null, certificate: null, time: null));
        Task<Credentials?> waiting = client.Login.ReadCredentialsAsync(CancellationToken.None).AsTask();
        Task closing = client.DisposeAsync().AsTask();
        Assert.AreEqual(1, transport.Waits);

        transport.EndWait();
        Assert.IsNull(await waiting.WaitAsync(Guard.NewToken()));
        await closing.WaitAsync(Guard.NewToken());
        Assert.AreEqual(2, transport.Waits);
    }

    [TestMethod]
    public async Task The_end_in_the_middle_of_a_frame_is_the_end()
    {
        var client = new MemoryConnection();
        await client.Classic.SendRawAsync(ClassicWire.Plain("bob").AsMemory(0, 30), Guard.NewToken());
        client.Classic.Dispose();

        Assert.IsNull(await Srv.GetCredentialsAsync(client.Connection, Guard.NewToken()));
        Assert.AreEqual(DisconnectReason.EndOfStream, client.Connection.Reason);
    }

    [TestMethod]
    public async Task End_wakes_a_waiting_caller_and_the_first_reason_stands()
    {
        var client = new MemoryConnection();
        ValueTask<Credentials?> waiting = Srv.GetCredentialsAsync(client.Connection, Guard.NewToken());
        client.Connection.End(DisconnectReason.Kicked);
        client.Connection.End(DisconnectReason.ServerShutdown);

        Assert.IsNull(await waiting);
        Assert.AreEqual(DisconnectReason.Kicked, client.Connection.Reason);
        Assert.ThrowsExactly<ServerLibException>(() => client.Connection.End(DisconnectReason.None));
    }

    [TestMethod]
    public async Task Giving_up_waiting_loses_nothing()
    {
        var client = new MemoryConnection();
        using var impatience = new CancellationTokenSource();
        await client.Classic.SendRawAsync((byte[])[.. ClassicWire.Plain("bob"), .. ClassicWire.Plain("secret")[..68]], Guard.NewToken());
        ValueTask<Credentials?> waiting = Srv.GetCredentialsAsync(client.Connection, impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(waiting.AsTask);

        Assert.AreEqual(DisconnectReason.None, client.Connection.Reason);
        await client.Classic.SendRawAsync(ClassicWire.Plain("secret").AsMemory(68), Guard.NewToken());
        Assert.AreEqual("secret", (await Srv.GetCredentialsAsync(client.Connection, Guard.NewToken()))?.Password);
    }

    [TestMethod]
    public async Task EndAfter_counts_from_accept()
    {
        var time = new FakeTimeProvider();
        var client = new MemoryConnection(time: time);
        time.Advance(TimeSpan.FromSeconds(3));
        using ITimer timer = client.Connection.Timers.EndAfter(TimeSpan.FromSeconds(5), DisconnectReason.LoginTimeout);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual(DisconnectReason.None, client.Connection.Reason);

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual(DisconnectReason.LoginTimeout, client.Connection.Reason);
        Assert.IsNull(await Srv.GetCredentialsAsync(client.Connection, Guard.NewToken()));
    }

    [TestMethod]
    public async Task Members_that_need_a_login_throw_before_it()
    {
        var client = new MemoryConnection();

        await Assert.ThrowsExactlyAsync<ServerLibException>(async () => await client.Connection.ReceiveAsync());
        Assert.AreEqual(SendOutcome.Dropped, client.Connection.TrySend("bob", "hi"u8.ToArray()));
        Assert.IsFalse(await client.Connection.TransmitAsync("bob", "hi"));
    }

    [TestMethod]
    public void UpdateAlias_changes_the_client_and_refuses_what_is_no_name()
    {
        Connection connection = new MemoryConnection().Connection;
        connection.UpdateAlias("bob");

        Assert.AreEqual("bob", connection.Client.Alias);
        Assert.AreEqual("127.0.0.1:7", connection.Client.IpAddr);
        ServerLibException e = Assert.ThrowsExactly<ServerLibException>(() => connection.UpdateAlias("two words"));
        Assert.AreEqual("UpdateAlias", e.SourceTrail[0]);
        Assert.AreEqual("bob", connection.Alias);
    }

    [TestMethod]
    public async Task DisposeAsync_lets_what_was_sent_last_arrive_although_bytes_are_unread()
    {
        using SocketPair pair = await SocketPair.ConnectAsync();
        var connection = new Connection(pair.Server);
        await pair.Client.SendAsync((byte[])[.. ClassicWire.Plain("bob"), .. ClassicWire.Plain("x"), .. new byte[10_000]]);
        Assert.IsNotNull(await Srv.GetCredentialsAsync(connection, Guard.NewToken()));
        connection.Writer.SendLoginResult(new LoginResult(LoginCode.Failure));
        connection.End(DisconnectReason.TooManyLoginAttempts);
        Task closing = connection.DisposeAsync().AsTask();

        using var stream = new NetworkStream(pair.Client, ownsSocket: false);
        byte[] received = new byte[200];
        int count = await stream.ReadAtLeastAsync(received, 200, throwOnEndOfStream: false, Guard.NewToken());
        Assert.AreEqual(ClassicWire.HeaderSize + "FAILURE".Length, count);
        pair.Client.Close();
        await closing;
    }

    [TestMethod]
    public async Task DisposeAsync_waits_no_longer_than_two_seconds_for_a_client_that_stays()
    {
        var time = new FakeTimeProvider();
        var client = new MemoryConnection(time: time);
        client.Connection.End(DisconnectReason.Kicked);
        Task closing = client.Connection.DisposeAsync().AsTask();
        Assert.IsFalse(closing.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(2));
        await closing.WaitAsync(Guard.NewToken());
    }

    [TestMethod]
    public async Task Dispose_does_not_wait_for_the_client_that_DisposeAsync_waits_for()
    {
        RecordedConnection client = await RecordedConnection.CompactAsync("alice", time: new FakeTimeProvider());
        Task disposing = client.Connection.DisposeAsync().AsTask();
        Assert.IsFalse(disposing.IsCompleted);

        client.Connection.Dispose();
        await disposing.WaitAsync(Guard.NewToken());
        client.Connection.Dispose();
    }

    [TestMethod]
    public void Constructor_refuses_a_socket_that_is_not_connected()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.ThrowsExactly<ServerLibException>(() => new Connection(socket));
    }

    /// <summary>Has nothing to read; the first wait ends when it is told to, the next ones at once, with the peer's end.</summary>
    private sealed class OneWaitTransport : TransportConnection
    {
        private readonly TaskCompletionSource<bool> _first = new();

        public int Waits { get; private set; }

        public override EndPoint RemoteEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 7);

        public void EndWait() => _first.SetResult(true);

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => ++Waits == 1 ? new(_first.Task) : new(true);

        public override bool TryRead(Span<byte> buffer, out int count)
        {
            count = 0;
            return Waits > 1;
        }

        public override int TryWrite(ReadOnlySpan<byte> bytes) => bytes.Length;

        public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken) => new(true);

        public override void CompleteWriting()
        {
            // Nobody reads it.
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
