using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using ServerLib.Protocol;

namespace ServerLib.Tests.Clients;

/// <summary>The tickets with which a client logs in again.</summary>
[TestClass]
public sealed class ClientTicketTests
{
    private const string Hello = """{"protocol":"SLIB/2","maxFrame":65536,"features":["ticket"]}""";

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly SteppedTime _time = new();

    [TestMethod]
    public async Task The_client_logs_in_again_with_its_newest_ticket_without_waiting_for_HELLO()
    {
        using var server = new ScriptedServer();
        Task<ServerClient> connecting = ServerClient.ConnectAsync(Options(server), _guard);
        ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        JsonNode login = await WelcomeAsync(peer, "first");
        Assert.AreEqual("PLAIN", (string?)login["mechanism"]);
        Assert.Contains("ticket", login["features"]!.AsArray().Select(node => (string?)node));
        await using ServerClient client = await connecting;

        peer = await ReconnectAsync(server, peer);
        login = await WelcomeAsync(peer, ticket: null);
        Assert.AreEqual("TICKET zoe first", $"{login["mechanism"]} {login["username"]} {login["ticket"]}");
        Assert.IsNull(login["password"]);

        await client.WaitUntilConnectedAsync(_guard);
        await peer.WriteAsync(FrameType.Ticket, """{"ticket":"second","ticketSeconds":600}""");
        await client.PingAsync(peer, _guard);
        peer = await ReconnectAsync(server, peer);
        Assert.AreEqual("second", (string?)(await WelcomeAsync(peer, ticket: null))["ticket"]);
        peer.Dispose();
    }

    [TestMethod]
    [DataRow("failure")]
    [DataRow("refused")]
    public async Task The_client_falls_back_to_its_password_on_the_same_connection(string code)
    {
        using var server = new ScriptedServer();
        (ServerClient client, ScriptedCompactPeer peer) = await ConnectAsync(server, Options(server));
        await using ServerClient disposed = client;
        peer = await ReconnectAsync(server, peer);
        await peer.ReadLoginAsync();
        await peer.WriteAsync(FrameType.Hello, Hello);
        await peer.WriteAsync(FrameType.Result, $$"""{"code":"{{code}}"}""");

        JsonNode second = JsonNode.Parse(await peer.ReadAsync(FrameType.Login))!;
        Assert.AreEqual("PLAIN s3cret pass", $"{second["mechanism"]} {second["password"]}");
        await FinishAsync(peer, ticket: null);
        peer = await ReconnectAsync(server, peer);
        Assert.AreEqual("PLAIN", (string?)(await WelcomeAsync(peer, ticket: null))["mechanism"]);
        peer.Dispose();
    }

    [TestMethod]
    public async Task The_client_keeps_its_ticket_while_the_server_is_busy()
    {
        using var server = new ScriptedServer();
        (ServerClient client, ScriptedCompactPeer peer) = await ConnectAsync(server, Options(server));
        await using ServerClient disposed = client;
        peer = await ReconnectAsync(server, peer);
        await peer.ReadLoginAsync();
        await peer.WriteAsync(FrameType.Hello, Hello);
        await peer.WriteAsync(FrameType.Result, """{"code":"busy","retryAfterMs":3000}""");
        await _time.PassAsync(TimeSpan.FromSeconds(3.5), _guard);
        peer.Dispose();

        using ScriptedCompactPeer again = await server.AcceptAsync(_guard);
        Assert.AreEqual("TICKET", (string?)(await WelcomeAsync(again, ticket: null))["mechanism"]);
    }

    [TestMethod]
    public async Task An_expired_ticket_and_one_from_before_a_password_change_are_not_sent()
    {
        using var server = new ScriptedServer();
        (ServerClient client, ScriptedCompactPeer peer) = await ConnectAsync(server, Options(server));
        await using ServerClient disposed = client;
        Task changing = client.ChangePasswordAsync("s3cret pass", "n3w pass", _guard);
        await peer.ReadAsync(FrameType.Password);
        await peer.WriteAsync(FrameType.Result, """{"code":"ok"}""");
        await changing;
        peer = await ReconnectAsync(server, peer);
        JsonNode login = await WelcomeAsync(peer, "new", seconds: 59);
        Assert.AreEqual("PLAIN n3w pass", $"{login["mechanism"]} {login["password"]}");

        await client.NextAsync(ReceivedKind.Reconnected, _guard);
        _time.Advance(TimeSpan.FromSeconds(59));
        peer = await ReconnectAsync(server, peer);
        Assert.AreEqual("PLAIN", (string?)(await WelcomeAsync(peer, ticket: null))["mechanism"]);
        peer.Dispose();
    }

    [TestMethod]
    public async Task The_client_sends_a_ticket_only_where_it_would_send_a_password()
    {
        using var server = new ScriptedServer();
        bool isLocal = true;
        ServerClientOptions options = Options(server);
        (options.EndPoint, options.AllowPlaintextPassword) = (null, true);
        options.ConnectCallback = async token =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(server.EndPoint, token);
            Assert.IsTrue(isLocal);
            return new NetworkStream(socket, ownsSocket: true);
        };
        Task<ServerClient> connecting = ServerClient.ConnectAsync(options, _guard);
        ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        await peer.ReadPrefaceAsync();
        await peer.WriteAsync(FrameType.Hello, Hello);
        await peer.ReadAsync(FrameType.Login);
        await FinishAsync(peer, "first");
        await using ServerClient client = await connecting;

        // A stream of the application counts as a way to another machine: like a password, the ticket waits for HELLO.
        peer = await ReconnectAsync(server, peer);
        await peer.ReadPrefaceAsync();
        await peer.WriteAsync(FrameType.Hello, Hello);
        Assert.AreEqual("first", (string?)JsonNode.Parse(await peer.ReadAsync(FrameType.Login))!["ticket"]);
        await FinishAsync(peer, ticket: null);
        await client.NextAsync(ReceivedKind.Reconnected, _guard);

        options.AllowPlaintextPassword = false;
        peer = await ReconnectAsync(server, peer);
        await Assert.ThrowsExactlyAsync<EndOfStreamException>(peer.ReadLoginAsync);
        isLocal = false;
        peer.Dispose();
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task The_client_sends_a_ticket_only_to_the_server_that_has_issued_it(bool isSame)
    {
        using X509Certificate2 certificate = TestCertificate.New();
        using X509Certificate2 another = TestCertificate.New();
        using var server = new ScriptedServer(certificate);
        using var imposter = new ScriptedServer(isSame ? certificate : another);
        bool isFirst = true;
        ServerClientOptions options = Options(server);
        options.EndPoint = null;
        options.ConnectCallback = async token =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(isFirst ? server.EndPoint : imposter.EndPoint, token);
            isFirst = false;
            return new NetworkStream(socket, ownsSocket: true);
        };
        (options.Tls, options.TrustServer) = (TlsMode.Ask, (_, _) => new(true));
        (ServerClient client, ScriptedCompactPeer peer) = await ConnectAsync(server, options);
        await using ServerClient disposed = client;

        peer = await ReconnectAsync(imposter, peer);
        JsonNode login = await WelcomeAsync(peer, ticket: null);
        Assert.AreEqual(isSame ? "TICKET" : "PLAIN", (string?)login["mechanism"]);
        peer.Dispose();
    }

    [TestMethod]
    [DataRow("""{}""")]
    [DataRow("""{"ticket":null,"ticketSeconds":600}""")]
    [DataRow("""{"ticket":"","ticketSeconds":600}""")]
    [DataRow("""{"ticket":"x"}""")]
    [DataRow("""{"ticket":"x","ticketSeconds":0}""")]
    [DataRow("""{"ticket":"x","ticketSeconds":-9223372036854775808}""")]
    public async Task A_frame_without_a_usable_ticket_is_ignored(string payload)
    {
        using var server = new ScriptedServer();
        (ServerClient client, ScriptedCompactPeer peer) = await ConnectAsync(server, Options(server));
        await using ServerClient disposed = client;
        await peer.WriteAsync(FrameType.Ticket, payload);
        await client.PingAsync(peer, _guard);

        peer = await ReconnectAsync(server, peer);
        Assert.AreEqual("first", (string?)(await WelcomeAsync(peer, ticket: null))["ticket"]);
        peer.Dispose();
    }

    [TestMethod]
    public async Task A_client_that_does_not_reconnect_asks_for_no_tickets()
    {
        using var server = new ScriptedServer();
        ServerClientOptions options = Options(server);
        options.Reconnect = false;
        Task<ServerClient> connecting = ServerClient.ConnectAsync(options, _guard);
        using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        JsonNode login = await WelcomeAsync(peer, ticket: null);

        Assert.DoesNotContain("ticket", login["features"]!.AsArray().Select(node => (string?)node));
        peer.Dispose();
        await (await connecting).DisposeAsync();
    }

    private ServerClientOptions Options(ScriptedServer server)
    {
        ServerClientOptions options = server.Options;
        options.Reconnect = true;
        options.TimeProvider = _time;
        options.Jitter = () => 0.5;
        options.MaxReconnectDelay = options.ReconnectDelay;
        return options;
    }

    private async Task<(ServerClient Client, ScriptedCompactPeer Peer)> ConnectAsync(ScriptedServer server, ServerClientOptions options)
    {
        Task<ServerClient> connecting = ServerClient.ConnectAsync(options, _guard);
        ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        await WelcomeAsync(peer, "first");
        return (await connecting, peer);
    }

    private async Task<ScriptedCompactPeer> ReconnectAsync(ScriptedServer server, ScriptedCompactPeer peer)
    {
        peer.Dispose();
        Task<ScriptedCompactPeer> accepting = server.AcceptAsync(_guard);
        await _time.PassAsync(TimeSpan.FromSeconds(0.5), _guard);
        return await accepting;
    }

    /// <summary>Reads LOGIN, and lets the client in.</summary>
    /// <returns>LOGIN.</returns>
    private static async Task<JsonNode> WelcomeAsync(ScriptedCompactPeer peer, string? ticket, int seconds = 600)
    {
        JsonNode login = JsonNode.Parse(await peer.ReadLoginAsync())!;
        await peer.WriteAsync(FrameType.Hello, Hello);
        await FinishAsync(peer, ticket, seconds);
        return login;
    }

    private static async Task FinishAsync(ScriptedCompactPeer peer, string? ticket, int seconds = 600)
    {
        await peer.WriteAsync(FrameType.Result, """{"code":"ok"}""");
        string more = ticket is null ? "" : $$""","ticket":"{{ticket}}","ticketSeconds":{{seconds}}""";
        await peer.WriteAsync(FrameType.Welcome, $$"""{"alias":"Zoe","greeting":"Hello","session":"7"{{more}}}""");
    }
}
