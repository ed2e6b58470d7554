using ServerLib.Protocol;

namespace ServerLib.Tests.Clients;

/// <summary>Groups that the server joins a client to, or removes it from.</summary>
[TestClass]
public sealed class ServerGroupsTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly SteppedTime _time = new();

    [TestMethod]
    public async Task A_group_that_the_server_joined_a_client_to_survives_a_reconnect()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        IMessageRouter router = server.Router;
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard, options =>
            (options.Reconnect, options.ReconnectDelay) = (true, TimeSpan.FromMilliseconds(1)));
        Connection first = server.Ledger.Connections.Single();
        Assert.IsTrue(await router.JoinAsync(first, "chess", _guard));
        Assert.IsTrue(await router.JoinAsync(first, "go", _guard));
        await zoe.JoinAsync("poker", _guard);
        Assert.IsTrue(await router.LeaveAsync(first, "go", _guard));
        Assert.IsTrue(await router.LeaveAsync(first, "poker", _guard));
        await zoe.PingAsync(_guard);
        first.End(DisconnectReason.ConnectionLost);
        await zoe.NextAsync(ReceivedKind.Reconnected, _guard);
        await zoe.PingAsync(_guard);

        CollectionAssert.AreEqual(new[] { "zoe" }, (await zoe.GetUsersAsync("chess", _guard)).ToArray());
        Assert.IsEmpty(await zoe.GetUsersAsync("go", _guard));
        Assert.IsEmpty(await zoe.GetUsersAsync("poker", _guard));
    }

    [TestMethod]
    public async Task A_client_that_asks_to_join_or_leave_gets_one_frame()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using var stream = new System.Net.Sockets.TcpClient();
        await stream.ConnectAsync(server.EndPoint, _guard);
        using var client = new ScriptedCompactPeer(stream.GetStream(), _guard);
        await client.WriteRawAsync("SLIB/2\r\n"u8.ToArray());
        await client.ReadAsync(FrameType.Hello);
        await client.WriteAsync(FrameType.Login, """{"mechanism":"PLAIN","username":"zoe","password":"s3cret pass","features":["id"]}""");
        await client.ReadAsync(FrameType.Result);
        await client.ReadAsync(FrameType.Welcome);
        await client.ReadAsync(FrameType.Presence);
        await client.WriteAsync(FrameType.Join, """{"group":"chess","id":1}""");
        Assert.AreEqual("""{"group":"chess","id":1}""", await client.ReadAsync(FrameType.Join));
        await server.Router.JoinAsync(server.Ledger.Connections.Single(), "chess", _guard);
        await server.Router.JoinAsync(server.Ledger.Connections.Single(), "go", _guard);
        Assert.AreEqual("""{"group":"go"}""", await client.ReadAsync(FrameType.Join));
        await client.WriteAsync(FrameType.Leave, """{"group":"go","id":2}""");
        Assert.AreEqual("""{"group":"go","id":2}""", await client.ReadAsync(FrameType.Leave));
        await server.Router.LeaveAsync(server.Ledger.Connections.Single(), "chess", _guard);
        Assert.AreEqual("""{"group":"chess"}""", await client.ReadAsync(FrameType.Leave));
    }

    [TestMethod]
    public async Task A_client_joins_again_what_a_server_joined_it_to_and_ignores_invalid_names()
    {
        using var server = new ScriptedServer();
        ServerClientOptions options = server.Options;
        (options.Reconnect, options.TimeProvider, options.Jitter) = (true, _time, () => 0.5);
        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(options, _guard, hasIds: true);
        await using ServerClient disposed = client;
        foreach (string group in new[] { """{"group":"chess"}""", """{"group":""}""", """{"group":null}""", """{"group":"a\nb"}""", "{}" })
            await peer.WriteAsync(FrameType.Join, group);
        peer.Dispose();

        await _time.PassAsync(TimeSpan.FromSeconds(0.5), _guard);
        using ScriptedCompactPeer again = await server.AcceptAsync(_guard);
        await again.LogInAsync();
        Assert.AreEqual("""{"group":"chess"}""", await again.ReadAsync(FrameType.Join));
        await client.WaitUntilConnectedAsync(_guard);
        await client.PingAsync(again, _guard);
        again.Dispose();
    }
}
