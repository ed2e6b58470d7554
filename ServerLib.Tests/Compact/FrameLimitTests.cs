using ServerLib.Connections;
using ServerLib.Protocol;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Compact;

/// <summary>What each side accepts is a limit for the other: code that sends more gets an error, and the connection stays.</summary>
[TestClass]
public sealed class FrameLimitTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_login_with_a_limit_below_4096_bytes_is_refused()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient client = await CompactClient.ConnectAsync(server.EndPoint);
        await client.HelloAsync();
        await client.SendAsync(Login("alice", 4_095));
        Assert.AreEqual("refused", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
        await client.SendAsync(Login("alice", 4_096));
        Assert.AreEqual("ok", (string?)(await client.ReceiveAsync(FrameType.Result)).Json["code"]);
    }

    [TestMethod]
    [DataRow(null, 70_000, Response.Failed)]
    [DataRow(null, 65_530, (byte)0)]
    [DataRow(null, 65_531, Response.Failed)]
    [DataRow(4_096, 4_090, (byte)0)]
    [DataRow(4_096, 4_091, Response.Failed)]
    [DataRow(100_000, 70_000, (byte)0)]
    [DataRow(100_000_000, 2_000_000, Response.Failed, DisplayName = "larger than MaxQueuedBytes")]
    public async Task A_response_that_is_too_large_becomes_status_241_and_the_connection_stays(int? limit, int size, byte status)
    {
        await using RunningServer server = await RunningServer.StartAsync(handler: _ => new Large(size));
        using CompactClient alice = await JoinAsync(server, "alice", limit);
        await alice.SendAsync(RawFrame.Request(1, []));

        RawFrame response = await alice.ReceiveAsync(FrameType.Response);
        Assert.AreEqual((status, status == 0 ? size : 0), (response.Payload[4], response.Payload.Length - 5));
        await alice.SettleAsync();
    }

    [TestMethod]
    public async Task A_message_too_large_for_one_client_is_not_sent_and_the_connection_stays()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await JoinAsync(server, "alice", 4_096);
        await alice.SettleAsync();
        Connection connection = server.Ledger.Connections.Single();
        Assert.AreEqual(SendOutcome.TooLarge, connection.TrySend("bob", new byte[4_096]));
        Assert.IsFalse(await connection.SendAsync("bob", new byte[4_096], _guard));
        Assert.ThrowsExactly<ArgumentException>(() => connection.TrySend(new string('x', 256), "hello"));
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => connection.RequestAsync(new byte[4_092], cancellationToken: _guard).AsTask());
        Assert.AreEqual(SendOutcome.TooLarge, connection.SendError("code", new string('x', 4_096)));
        Assert.IsTrue(connection.TrySend("bob", new byte[4_095]) is SendOutcome.Sent or SendOutcome.Queued);

        Assert.AreEqual(4 + 4_095, (await alice.ReceiveAsync(FrameType.MessageOut)).Payload.Length);
        await alice.SettleAsync();
    }

    [TestMethod]
    public async Task A_broadcast_skips_and_counts_recipients_with_a_lower_limit()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await JoinAsync(server, "alice", 4_096);
        using CompactClient bob = await JoinAsync(server, "bob", null);
        await alice.SettleAsync();
        await bob.SettleAsync();
        await bob.SendAsync(new RawFrame(FrameType.MessageIn, new byte[5_000]), RawFrame.Named(FrameType.DirectIn, "alice", new byte[5_000]));
        RawFrame error = await bob.ReceiveAsync(FrameType.Error);
        Assert.AreEqual("too-large ", $"{error.Json["code"]} {error.Json["about"]}");
        error = await bob.ReceiveAsync(FrameType.Error);
        Assert.AreEqual("too-large alice", $"{error.Json["code"]} {error.Json["about"]}");

        await bob.SendAsync(RawFrame.Message("small"));
        Assert.AreEqual("bob: small", await alice.ReceiveMessageAsync());
    }

    [TestMethod]
    public async Task A_reason_is_shortened_to_what_the_client_accepts()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await JoinAsync(server, "alice", 4_096);
        await alice.SettleAsync();
        server.Ledger.Connections.Single().End(DisconnectReason.Kicked, new string('\u0001', 50_000));

        RawFrame close = await alice.ReceiveAsync(FrameType.Close);
        Assert.IsLessThan(4_096, close.Payload.Length);
        StringAssert.StartsWith((string?)close.Json["text"], "\u0001\u0001");
    }

    [TestMethod]
    public async Task A_list_of_users_is_shortened_to_what_the_client_accepts()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CompactClient alice = await JoinAsync(server, "alice", 4_096);
        using CompactClient bob = await JoinAsync(server, "bob", null);
        using var others = new Others(server.Ledger, 400);
        await alice.SendAsync(new RawFrame(FrameType.Users, "{}"u8.ToArray()));
        await bob.SendAsync(new RawFrame(FrameType.Users, "{}"u8.ToArray()));

        RawFrame list = await alice.ReceiveAsync(FrameType.Users);
        Assert.IsInRange(4_000, 4_095, list.Payload.Length);
        Assert.IsInRange(100, 399, list.Json["users"]!.AsArray().Count);
        Assert.HasCount(402, (await bob.ReceiveAsync(FrameType.Users)).Json["users"]!.AsArray());
        await alice.SettleAsync();
    }

    [TestMethod]
    public async Task The_client_tells_its_limit_and_refuses_a_login_that_is_too_large()
    {
        await using RunningServer server = await RunningServer.StartAsync(handler: _ => new Large(5_000));
        await using ServerClient small = await server.ConnectAsync("alice", _guard, options => options.MaxFrameSize = 4_096);
        await using ServerClient large = await server.ConnectAsync("bob", _guard);
        Assert.AreEqual(Response.Failed, (await small.RequestAsync("?", cancellationToken: _guard)).Status);
        Assert.AreEqual(5_000, (await large.RequestAsync("?", cancellationToken: _guard)).Body.Length);

        await Assert.ThrowsExactlyAsync<ArgumentException>(() => server.ConnectAsync(new string('x', 5_000), _guard));
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => small.SendAsync(new byte[small.MaxFrame], _guard).AsTask());
    }

    private static RawFrame Login(string name, int? maxFrame) =>
        RawFrame.Control(FrameType.Login, new { mechanism = "PLAIN", username = name, password = "secret", maxFrame });

    private static async Task<CompactClient> JoinAsync(RunningServer server, string name, int? maxFrame)
    {
        CompactClient client = await CompactClient.ConnectAsync(server.EndPoint);
        await client.HelloAsync();
        await client.SendAsync(Login(name, maxFrame));
        await client.ReceiveAsync(FrameType.Welcome);
        return client;
    }

    /// <summary>Users on the ledger.</summary>
    private sealed class Others : IDisposable
    {
        private readonly List<Connection> _connections = [];

        public Others(IConnectionLedger ledger, int count)
        {
            for (int i = 0; i < count; i++)
            {
                var connection = new Connection(new ScriptedTransport(), new ConnectionSettings(new ServerOptions(), ServerKey.Ephemeral, null, null));
                _connections.Add(connection);
                connection.UpdateAlias($"user-number-{i}");
                ledger.Add(connection);
            }
        }

        public void Dispose() => _connections.ForEach(connection => connection.Dispose());
    }

    private sealed class Large(int size) : IMessageHandler
    {
        public ValueTask<Response> OnRequestAsync(Connection connection, Message request, CancellationToken cancellationToken) =>
            new(new Response(new byte[size]));
    }
}
