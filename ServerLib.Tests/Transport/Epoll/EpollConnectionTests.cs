using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Transport;

namespace ServerLib.Tests.Transport;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class EpollConnectionTests : TransportContract
{
    [TestMethod]
    public async Task A_reset_is_reported_as_a_lost_connection()
    {
        using var peers = new EpollPeers();
        var (connection, client) = await peers.ConnectAsync();
        ValueTask<bool> waiting = connection.WaitToReadAsync(Token);
        client.LingerState = new LingerOption(true, 0);
        client.Close();

        Assert.IsTrue(await waiting);
        Assert.IsTrue(connection.TryRead(new byte[1], out int count));
        Assert.AreEqual(-1, count);
        Assert.IsTrue(await connection.WaitToReadAsync(Token), "What is lost stays lost.");
        await connection.DisposeAsync();
    }

    [TestMethod]
    public async Task A_short_read_is_followed_by_a_wait_without_another_read()
    {
        using var peers = new EpollPeers();
        var (connection, client) = await peers.ConnectAsync();
        await client.SendAsync("hello"u8.ToArray(), Token);
        Assert.IsTrue(await connection.WaitToReadAsync(Token));
        Assert.IsTrue(connection.TryRead(new byte[8], out _));

        ValueTask<bool> waiting = connection.WaitToReadAsync(Token);
        Assert.IsFalse(waiting.IsCompleted);
        await client.SendAsync("again"u8.ToArray(), Token);
        Assert.IsTrue(await waiting);
        await connection.DisposeAsync();
    }

    [TestMethod]
    public async Task An_end_that_arrives_with_data_is_found_after_a_short_read()
    {
        using var peers = new EpollPeers();
        var (connection, client) = await peers.AcceptAsync();
        await client.SendAsync("bye"u8.ToArray(), Token);
        client.Dispose();
        connection.Opened();

        Assert.IsTrue(await connection.WaitToReadAsync(Token));
        Assert.IsTrue(connection.TryRead(new byte[8], out int count));
        Assert.AreEqual(3, count);
        Assert.IsTrue(await connection.WaitToReadAsync(Token));
        Assert.IsTrue(connection.TryRead(new byte[8], out count));
        Assert.AreEqual(0, count);
        await connection.DisposeAsync();
    }

    [TestMethod]
    public async Task The_socket_of_a_connection_is_for_the_application_and_closes_with_it()
    {
        using var peers = new EpollPeers();
        var (connection, client) = await peers.ConnectAsync();
        Socket socket = connection.Socket!;

        Assert.AreSame(socket, connection.Socket);
        Assert.IsTrue(connection.Owns(socket));
        Assert.IsFalse(connection.Owns(client));
        Assert.AreEqual(client.LocalEndPoint, socket.RemoteEndPoint);
        await connection.DisposeAsync();
        Assert.ThrowsExactly<ObjectDisposedException>(() => socket.Receive(new byte[1]));
        Assert.AreEqual(0, await client.ReceiveAsync(new byte[1], Token));
    }

    [TestMethod]
    public async Task A_closed_connection_has_no_socket()
    {
        using var peers = new EpollPeers();
        var (connection, _) = await peers.ConnectAsync();
        await connection.DisposeAsync();
        Assert.IsNull(connection.Socket);
    }

    [TestMethod]
    public async Task The_first_code_of_a_connection_runs_on_the_event_loop()
    {
        using var peers = new EpollPeers();
        var (connection, _) = await peers.AcceptAsync();
        var first = new FirstCode();
        Assert.IsTrue(connection.TryOpen(first));
        Assert.AreEqual("ServerLib epoll", await first.Thread.Task.WaitAsync(Token));
        await connection.DisposeAsync();
    }

    [TestMethod]
    public async Task A_connection_closed_before_it_is_opened_does_not_affect_others()
    {
        using var peers = new EpollPeers();
        var (connection, client) = await peers.ConnectAsync();
        var (refused, refusedClient) = await peers.AcceptAsync();
        await refused.DisposeAsync();
        Assert.AreEqual(0, await refusedClient.ReceiveAsync(new byte[1], Token));

        Task serving = EpollPeers.EchoAsync(connection);
        await client.SendAsync("x"u8.ToArray(), Token);
        Assert.AreEqual(1, await client.ReceiveAsync(new byte[1], Token));
        client.Shutdown(SocketShutdown.Send);
        await serving.WaitAsync(Token);
    }

    [TestMethod]
    public async Task A_connection_can_be_disposed_inside_its_own_continuation()
    {
        using var peers = new EpollPeers();
        var (connection, client) = await peers.ConnectAsync();
        Task serving = DisposeWhenReadyAsync();
        await client.SendAsync("x"u8.ToArray(), Token);
        await serving.WaitAsync(Token);

        // Closing with an unread byte resets the connection.
        await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[1], Token).AsTask());

        async Task DisposeWhenReadyAsync()
        {
            await connection.WaitToReadAsync(Token).ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
            Assert.IsFalse(await connection.WaitToReadAsync(Token).ConfigureAwait(false));
        }
    }

    [TestMethod]
    public async Task Disposal_reports_a_lost_connection_to_a_waiting_writer()
    {
        using var peers = new EpollPeers();
        var (connection, _) = await peers.ConnectAsync();
        byte[] chunk = new byte[64 * 1024];
        while (connection.TryWrite(chunk) > 0)
        {
            // Until it is full.
        }

        ValueTask<bool> waiting = connection.WaitToWriteAsync(Token);
        Assert.IsFalse(waiting.IsCompleted);
        await connection.DisposeAsync();
        Assert.IsFalse(await waiting);
    }

    [TestMethod]
    public async Task Only_one_caller_at_a_time_can_wait()
    {
        using var peers = new EpollPeers();
        var (connection, _) = await peers.ConnectAsync();
        ValueTask<bool> waiting = connection.WaitToReadAsync(Token);

        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.WaitToReadAsync(Token).AsTask());
        await connection.DisposeAsync();
        Assert.IsFalse(await waiting);
    }

    [TestMethod]
    public async Task A_canceled_token_does_not_affect_a_later_wait()
    {
        using var peers = new EpollPeers();
        var (connection, client) = await peers.ConnectAsync();
        using var early = new CancellationTokenSource();
        ValueTask<bool> waiting = connection.WaitToReadAsync(early.Token);
        await client.SendAsync("x"u8.ToArray(), Token);
        Assert.IsTrue(await waiting);
        Assert.IsTrue(connection.TryRead(new byte[8], out _));

        ValueTask<bool> later = connection.WaitToReadAsync(Token);
        await early.CancelAsync();
        Assert.IsFalse(later.IsCompleted);
        await client.SendAsync("y"u8.ToArray(), Token);
        Assert.IsTrue(await later);
        await connection.DisposeAsync();
    }

    [TestMethod]
    public async Task Waits_reads_and_writes_allocate_nothing()
    {
        using var peers = new EpollPeers();
        var (connection, client) = await peers.ConnectAsync();
        Task<List<long>> serving = CountAsync();
        byte[] buffer = new byte[1];
        for (int i = 0; i < 1000; i++)
        {
            await client.SendAsync(buffer, Token);
            Assert.AreEqual(1, await client.ReceiveAsync(buffer, Token));
        }

        client.Dispose();
        List<long> allocated = await serving.WaitAsync(Token);
        Assert.IsNotEmpty(allocated);
        Assert.AreEqual(0, allocated.Order().ElementAt(allocated.Count / 2));

        // From one message to the next, where both came on the same thread: that of the loop, unless it was late and had a stand-in.
        async Task<List<long>> CountAsync()
        {
            byte[] received = new byte[8];
            var allocated = new List<long>(10_000);
            int messages = 0;
            long before = 0;
            Thread? thread = null;
            using var cancellable = new CancellationTokenSource();
            while (await connection.WaitToReadAsync(cancellable.Token).ConfigureAwait(false))
            {
                // The first times, code is compiled and pools are filled.
                if (++messages > 100 && thread == Thread.CurrentThread)
                    allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);

                thread = Thread.CurrentThread;
                before = GC.GetAllocatedBytesForCurrentThread();
                if (!connection.TryRead(received, out int count))
                    continue;
                if (count <= 0)
                    break;
                connection.TryWrite(received.AsSpan(0, count));
            }

            await connection.DisposeAsync();
            return allocated;
        }
    }

    [TestMethod]
    public async Task A_thousand_connections_each_receive_only_their_own_data()
    {
        using EpollListener listener = EpollPeers.Listen(new ServerOptions { Port = 0 }, loops: 2);
        Task<int> accepting = AcceptAsync(1000);
        for (int i = 0; i < 1000; i += 50)
            await Task.WhenAll(Enumerable.Range(i, 50).Select(ConnectAsync));
        Assert.AreEqual(1000, await accepting.WaitAsync(Token));

        async Task<int> AcceptAsync(int count)
        {
            var serving = new List<Task>();
            while (serving.Count < count)
                serving.Add(EpollPeers.EchoAsync(((EpollConnection)await listener.AcceptAsync(Token)).Opened()));
            await Task.WhenAll(serving);
            return serving.Count;
        }

        async Task ConnectAsync(int number)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(listener.LocalEndPoint, Token);
            byte[] answer = new byte[4];
            for (int i = 0; i < 3; i++)
            {
                await client.SendAsync(BitConverter.GetBytes(number), Token);
                int received = 0;
                while (received < 4)
                    received += await client.ReceiveAsync(answer.AsMemory(received), Token);
                Assert.AreEqual(number, BitConverter.ToInt32(answer));
            }
        }
    }

    [TestMethod]
    public async Task Connections_stay_open_after_their_listener_is_closed()
    {
        EpollListener listener = EpollPeers.Listen(new ServerOptions { Port = 0 });
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint, Token);
        EpollConnection connection = ((EpollConnection)await listener.AcceptAsync(Token)).Opened();
        listener.Dispose();
        Task serving = EpollPeers.EchoAsync(connection);

        await client.SendAsync("x"u8.ToArray(), Token);
        Assert.AreEqual(1, await client.ReceiveAsync(new byte[1], Token));
        client.Dispose();
        await serving.WaitAsync(Token);
    }

    [TestMethod]
    public async Task A_disposed_transport_that_nothing_uses_accepts_no_connections()
    {
        using var peers = new EpollPeers();
        var (connection, _) = await peers.ConnectAsync();
        peers.Transport.Dispose();
        await connection.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(peers.ConnectAsync);
    }

    private protected override Task<(TransportConnection Transport, Stream Peer)> OpenAsync() => TransportPairs.OpenEpollAsync();

    private sealed class FirstCode : IThreadPoolWorkItem
    {
        public TaskCompletionSource<string?> Thread { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Execute() => Thread.SetResult(System.Threading.Thread.CurrentThread.Name);
    }
}
