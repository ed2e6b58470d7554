using System.Net;
using System.Net.Sockets;
using ServerLib.Protocol;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Clients;

/// <summary>The client with a server that makes mistakes, or attacks it.</summary>
[TestClass]
public sealed class HostileServerTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow("00000000", DisplayName = "no type")]
    [DataRow("7FFFFFFF11", DisplayName = "endless")]
    [DataRow("0001020111", DisplayName = "a byte over the limit")]
    [DataRow("0000000111", DisplayName = "MESSAGE without sender")]
    [DataRow("000000021105", DisplayName = "name cut off")]
    [DataRow("000000031101FF", DisplayName = "name no UTF-8")]
    [DataRow("0000000217FF", DisplayName = "group cut off")]
    [DataRow("00000002205B", DisplayName = "PRESENCE no JSON")]
    [DataRow("00000005156E756C6C", DisplayName = "RESPONSE too short")]
    [DataRow("00000005206E756C6C", DisplayName = "PRESENCE null")]
    [DataRow("000000031400FF", DisplayName = "REQUEST too short")]
    [DataRow("0000000A30000000000000000000", DisplayName = "PING too long")]
    [DataRow("0000000518000000FF", DisplayName = "CALL without name")]
    [DataRow("000000041800FFFF", DisplayName = "CALL without id")]
    [DataRow("000000061800000001FF", DisplayName = "CALL name cut off")]
    [DataRow("00000006180000000100", DisplayName = "CALL empty name")]
    [DataRow("0000000119", DisplayName = "EVENT without name")]
    [DataRow("000000021900", DisplayName = "EVENT empty name")]
    [DataRow("000000031901FF", DisplayName = "EVENT name no UTF-8")]
    [DataRow("000000041A000001", DisplayName = "CANCEL too short")]
    [DataRow("000000061A0000000100", DisplayName = "CANCEL too long")]
    [DataRow("0000000110", DisplayName = "a client's MESSAGE")]
    [DataRow("0000000304{}", DisplayName = "WELCOME again")]
    public async Task A_malformed_frame_ends_the_connection_with_CLOSE(string bytes)
    {
        using var server = new ScriptedServer();
        ServerClientOptions options = server.Options;
        options.MaxFrameSize = 65_536;
        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(options, _guard);
        await using ServerClient disposed = client;
        using ScriptedCompactPeer closed = peer;
        await peer.WriteRawAsync(Convert.FromHexString(bytes.Replace("{}", "7B7D", StringComparison.Ordinal)));

        ServerClientException end = await client.EndAsync(_guard);
        Assert.AreEqual("bad-frame", end.Code);
        StringAssert.StartsWith(end.Message, "The server sent something malformed");
        StringAssert.Contains(await peer.ReadAsync(FrameType.Close), "bad-frame");
    }

    [TestMethod]
    [DataRow(TlsMode.None, ClientProtocol.Compact)]
    [DataRow(TlsMode.None, ClientProtocol.Classic)]
    [DataRow(TlsMode.Validate, ClientProtocol.Compact)]
    public async Task A_connection_that_is_closed_at_once_has_a_helpful_message(TlsMode tls, ClientProtocol protocol)
    {
        using Socket listener = SocketPair.Listen();
        var options = new ServerClientOptions
        {
            EndPoint = (IPEndPoint)listener.LocalEndPoint!,
            UserName = "zoe",
            Password = "x",
            Tls = tls,
            Protocol = protocol,
        };
        Task<ServerClient> connecting = ServerClient.ConnectAsync(options, _guard);
        (await listener.AcceptAsync(_guard)).Dispose();

        ServerClientException e = await Assert.ThrowsExactlyAsync<ServerClientException>(() => connecting);
        Assert.AreEqual("lost", e.Code);
        StringAssert.StartsWith(e.Message, "The server closed the connection at once. It may be full, or it may have banned or throttled this address.");
    }

    [TestMethod]
    public async Task The_largest_allowed_frame_is_accepted()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard, options => options.MaxFrameSize = 4096);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        await peer.WriteAsync(FrameType.MessageOut, [1, (byte)'a', .. new byte[4096 + 512 - 3]]);

        Assert.AreEqual(4605, (await client.NextAsync(ReceivedKind.Message, _guard)).Body.Length);
        await peer.WriteAsync(FrameType.MessageOut, [1, (byte)'a', .. new byte[4096 + 512 - 2]]);
        Assert.AreEqual("bad-frame", (await client.EndAsync(_guard)).Code);
    }

    [TestMethod]
    public async Task A_frame_of_an_unknown_type_is_answered_and_skipped()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        await peer.WriteAsync((FrameType)0x77, "x");
        await peer.WriteAsync(FrameType.Ping, "12345678");
        await peer.WriteAsync(FrameType.Response, [0, 0, 0, 1, 0]);

        StringAssert.Contains(await peer.ReadAsync(FrameType.Error), "0x77");
        Assert.AreEqual("12345678", await peer.ReadAsync(FrameType.Pong));
        Assert.IsTrue(client.IsConnected);
    }

    [TestMethod]
    [DataRow((byte)FrameType.Hello, "{}", "bad-frame")]
    [DataRow((byte)FrameType.Hello, "[", "bad-frame")]
    [DataRow((byte)FrameType.Welcome, "{}", "bad-frame")]
    [DataRow((byte)FrameType.Close, """{"code":"full","text":"Too \u001b[2J many."}""", "full")]
    public async Task A_login_with_an_unexpected_answer_fails(int type, string payload, string expected)
    {
        using var server = new ScriptedServer();
        Task<ServerClient> connecting = ServerClient.ConnectAsync(server.Options, _guard);
        using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        await peer.ReadLoginAsync();
        await peer.WriteAsync((FrameType)type, payload);

        ServerClientException e = await Assert.ThrowsExactlyAsync<ServerClientException>(() => connecting);
        Assert.AreEqual(expected, e.Code);
        Assert.IsFalse(e.Message.Contains('\u001b'));
    }

    [TestMethod]
    public async Task A_busy_server_gives_a_time_to_wait_of_any_length()
    {
        using var server = new ScriptedServer();
        Task<ServerClient> connecting = ServerClient.ConnectAsync(server.Options, _guard);
        using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        StringAssert.Contains(await peer.ReadLoginAsync(), "zoe");
        await peer.WriteHelloAsync();
        await peer.WriteAsync(FrameType.Result, """{"code":"busy","text":"Later\u0007.","retryAfterMs":9223372036854775807}""");

        LoginException e = await Assert.ThrowsExactlyAsync<LoginException>(() => connecting);
        Assert.AreEqual("Busy Later\\u0007. 10675199.02:48:05.4770000", $"{e.Result} {e.Message} {e.RetryAfter}");
    }

    [TestMethod]
    public async Task Connecting_and_requests_time_out_when_the_server_is_silent()
    {
        var time = new SteppedTime();
        using var server = new ScriptedServer();
        ServerClientOptions options = server.Options;
        options.TimeProvider = time;
        options.ConnectTimeout = TimeSpan.FromSeconds(7);
        Task<ServerClient> connecting = ServerClient.ConnectAsync(options, _guard);
        using ScriptedCompactPeer silent = await server.AcceptAsync(_guard);
        await silent.ReadLoginAsync();
        await time.PassAsync(TimeSpan.FromSeconds(7), _guard);
        await Assert.ThrowsExactlyAsync<ServerClientException>(() => connecting);

        (ServerClient client, ScriptedCompactPeer peer) = await server.ConnectAsync(options, _guard);
        await using ServerClient disposed = client;
        using ScriptedCompactPeer closed = peer;
        Task<Response> asking = client.RequestAsync("?", TimeSpan.FromSeconds(3), _guard);
        await peer.ReadAsync(FrameType.Request);
        await time.PassAsync(TimeSpan.FromSeconds(3), _guard);
        await Assert.ThrowsExactlyAsync<TimeoutException>(() => asking);
        peer.Dispose();
    }

    [TestMethod]
    public async Task An_ERROR_about_a_frame_type_fails_the_pending_request()
    {
        await using ScriptedSession session = await ScriptedSession.StartAsync(_guard);
        (ServerClient client, ScriptedCompactPeer peer) = session;
        Task<IReadOnlyList<string>> asking = client.GetUsersAsync(cancellationToken: _guard);
        await peer.ReadAsync(FrameType.Users);
        await peer.WriteAsync(FrameType.Error, """{"code":"unknown-type","text":"No\u001b.","about":"0x21"}"""); // The type of USERS.

        ServerClientException e = await Assert.ThrowsExactlyAsync<ServerClientException>(() => asking);
        Assert.AreEqual("unknown-type No\\u001B.", $"{e.Code} {e.Message}");
    }
}
