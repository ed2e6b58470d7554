using System.Net;
using System.Net.Sockets;
using ServerLib.Protocol;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Clients;

/// <summary>The first connection: waiting for the server, cancellation, and disposal in the middle of it.</summary>
[TestClass]
public sealed class FirstConnectionTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly SteppedTime _time = new();

    [TestMethod]
    public async Task ConnectAsync_waits_for_a_server_that_is_not_there_yet()
    {
        using var server = new ScriptedServer();
        int attempts = 0;
        ServerClientOptions options = Options(server);
        options.ConnectCallback = async token => ++attempts < 3
            ? throw new SocketException((int)SocketError.ConnectionRefused)
            : await OpenAsync(server, token);
        var client = new ServerClient(options);
        await using ServerClient disposed = client;
        var states = new StateLog(client);
        Task connecting = client.ConnectAsync(_guard);
        await states.NextAsync(ServerClientState.Connecting, _guard);

        ServerClientStateChangedEventArgs failed = await states.NextAsync(ServerClientState.Connecting, _guard);
        Assert.AreEqual(SocketError.ConnectionRefused, ((SocketException)failed.Reason!.InnerException!).SocketErrorCode);
        await _time.PassAsync(TimeSpan.FromSeconds(0.5), _guard);
        await states.NextAsync(ServerClientState.Connecting, _guard);
        await _time.PassAsync(TimeSpan.FromSeconds(1), _guard);
        using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        await peer.ReadPrefaceAsync();
        await peer.WriteHelloAsync();
        await peer.ReadAsync(FrameType.Login);
        await peer.WriteAsync(FrameType.Result, """{"code":"ok"}""");
        await peer.WriteAsync(FrameType.Welcome, """{"alias":"Zoe","greeting":"Hello","session":"7"}""");
        await connecting;
        await states.NextAsync(ServerClientState.Connected, _guard);
        peer.Dispose();
        await states.NextAsync(ServerClientState.Reconnecting, _guard);
    }

    [TestMethod]
    public async Task A_client_that_waits_for_the_server_gives_up_when_refused()
    {
        using var server = new ScriptedServer();
        Task<ServerClient> connecting = ServerClient.ConnectAsync(Options(server), _guard);
        using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        await peer.ReadLoginAsync();
        await peer.WriteHelloAsync();
        await peer.WriteAsync(FrameType.Result, """{"code":"failure"}""");

        Assert.IsTrue((await Assert.ThrowsExactlyAsync<LoginException>(() => connecting)).IsFinal);
    }

    [TestMethod]
    public async Task A_client_that_does_not_reconnect_does_not_wait_for_the_server()
    {
        using Socket unused = SocketPair.Listen();
        var options = new ServerClientOptions { EndPoint = (IPEndPoint)unused.LocalEndPoint!, UserName = "zoe", Password = "x" };
        unused.Dispose();

        await Assert.ThrowsExactlyAsync<ServerClientException>(() => ServerClient.ConnectAsync(options, _guard));
    }

    [TestMethod]
    public async Task A_cancelled_ConnectAsync_tells_the_last_failure_and_can_be_repeated()
    {
        using var server = new ScriptedServer();
        await using var client = new ServerClient(Options(server));
        var states = new StateLog(client);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(_guard);
        Task connecting = client.ConnectAsync(cancel.Token);
        (await server.AcceptAsync(_guard)).Dispose();
        await states.NextAsync(ServerClientState.Connecting, _guard);
        await states.NextAsync(ServerClientState.Connecting, _guard);
        await cancel.CancelAsync();

        OperationCanceledException e = await Assert.ThrowsAsync<OperationCanceledException>(() => connecting);
        Assert.AreEqual(("lost", cancel.Token), (((ServerClientException)e.InnerException!).Code, e.CancellationToken));
        await states.NextAsync(ServerClientState.Closed, _guard);
        connecting = client.ConnectAsync(_guard);
        using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        await peer.LogInAsync();
        await connecting;
        Assert.AreEqual("Zoe", client.Alias);
        peer.Dispose();
    }

    [TestMethod]
    public async Task Callers_of_ConnectAsync_share_one_connection_though_the_first_one_cancels()
    {
        using var server = new ScriptedServer();
        await using var client = new ServerClient(server.Options);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(_guard);
        Task first = client.ConnectAsync(cancel.Token);
        using ScriptedCompactPeer abandoned = await server.AcceptAsync(_guard);
        Task[] others = [client.ConnectAsync(_guard), client.ConnectAsync(_guard)];
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => first);

        using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        await peer.LogInAsync();
        await Task.WhenAll(others);
        await client.ConnectAsync(_guard);
        await client.PingAsync(peer, _guard);
        peer.Dispose();
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public async Task A_client_can_be_disposed_at_each_step_of_connecting(int step)
    {
        using var server = new ScriptedServer();
        var client = new ServerClient(Options(server));
        Task connecting = client.ConnectAsync(_guard);
        using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        if (step > 0)
            await peer.ReadLoginAsync();
        if (step > 1)
            await peer.WriteHelloAsync();
        await client.DisposeAsync();

        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => connecting);
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => client.ConnectAsync(_guard));
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => client.WaitUntilConnectedAsync(_guard));
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(async () => await client.SendAsync("?", _guard));
        await AssertClosedAsync(peer);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_callback_can_dispose_the_client_that_is_connecting(bool isFirst)
    {
        using var server = new ScriptedServer();
        ServerClientOptions options = Options(server);
        ServerClient client = null!;
        var disposed = new TaskCompletionSource();
        int calls = 0;
        options.ConnectCallback = async token =>
        {
            if (isFirst || calls++ > 0)
            {
                client.Dispose();
                disposed.SetResult();
            }

            return await OpenAsync(server, token);
        };
        client = new ServerClient(options);
        Task connecting = client.ConnectAsync(_guard);
        if (!isFirst)
        {
            using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
            await peer.ReadPrefaceAsync();
            await peer.WriteHelloAsync();
            await peer.ReadAsync(FrameType.Login);
            await peer.WriteAsync(FrameType.Result, """{"code":"ok"}""");
            await peer.WriteAsync(FrameType.Welcome, """{"alias":"Zoe","greeting":"Hello","session":"7"}""");
            await connecting;
            peer.Dispose();
            await _time.PassAsync(TimeSpan.FromSeconds(0.5), _guard);
        }

        await disposed.Task.WaitAsync(_guard);
        if (isFirst)
            await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => connecting);
        Assert.AreEqual(ServerClientState.Closed, client.State);
    }

    [TestMethod]
    public async Task The_function_that_asks_for_the_password_can_dispose_the_client()
    {
        using var server = new ScriptedServer();
        ServerClientOptions options = server.Options;
        ServerClient client = null!;
        var disposed = new TaskCompletionSource();
        (options.Password, options.PasswordProvider) = ("", async _ =>
        {
            await client.DisposeAsync();
            disposed.SetResult();
            return "too late";
        }
        );
        client = new ServerClient(options);

        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => client.ConnectAsync(_guard));
        await disposed.Task.WaitAsync(_guard);
    }

    [TestMethod]
    public async Task A_client_that_was_never_connected_can_be_disposed_and_says_so()
    {
        using var server = new ScriptedServer();
        var client = new ServerClient(server.Options);
        Assert.ThrowsExactly<InvalidOperationException>(() => client.Alias);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await client.SendAsync("?", _guard));
        Task waiting = client.WaitUntilConnectedAsync(_guard);
        client.Dispose();

        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => waiting);
        await foreach (ReceivedMessage message in client)
            Assert.Fail(message.ToString());
    }

    private ServerClientOptions Options(ScriptedServer server)
    {
        ServerClientOptions options = server.Options;
        (options.Reconnect, options.TimeProvider, options.Jitter) = (true, _time, () => 0.5);
        options.AllowPlaintextPassword = true;
        return options;
    }

    private static async Task AssertClosedAsync(ScriptedCompactPeer peer)
    {
        try
        {
            await peer.ReadToEndAsync();
        }
        catch (IOException)
        {
            // A reset is an end too.
        }
    }

    private static async ValueTask<Stream> OpenAsync(ScriptedServer server, CancellationToken token)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.EndPoint, token);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
