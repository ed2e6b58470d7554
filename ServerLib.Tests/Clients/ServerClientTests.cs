using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ServerLib.Protocol;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Clients;

/// <summary>The client with a server.</summary>
[TestClass]
public sealed class ServerClientTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_connected_client_knows_its_alias_greeting_and_limits()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient client = await server.ConnectAsync(" zoe ", _guard);

        Assert.AreEqual("zoe", client.Alias);
        Assert.AreEqual("You are in the chat room. What you type goes to everyone here.", client.Greeting);
        Assert.AreEqual(65536, client.MaxFrame);
        Assert.AreNotEqual("", client.Session);
        Assert.IsNull(client.ServerFingerprint);
        Assert.IsTrue(client.IsConnected);
    }

    [TestMethod]
    [DataRow(ClientProtocol.Compact)]
    [DataRow(ClientProtocol.Classic)]
    public async Task A_wrong_password_is_refused_and_appears_in_no_message(ClientProtocol protocol)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using (await server.ConnectAsync("zoe", _guard))
        {
            LoginException refused = await Assert.ThrowsExactlyAsync<LoginException>(() => server.ConnectAsync("zoe", _guard, o =>
            {
                o.Password = "wr0ng";
                o.Protocol = protocol;
            }));
            Assert.AreEqual(LoginCode.Failure, refused.Result);
            Assert.AreEqual("failure", refused.Code);
            Assert.IsFalse(refused.ToString().Contains("wr0ng", StringComparison.Ordinal));
        }
    }

    [TestMethod]
    public async Task Messages_and_presence_reach_other_clients()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard);
        await using ServerClient al = await server.ConnectAsync("al", _guard);
        Assert.AreEqual("zoe", (await zoe.NextAsync(ReceivedKind.Joined, _guard)).Sender);
        Assert.AreEqual("al", (await zoe.NextAsync(ReceivedKind.Joined, _guard)).Sender);

        await al.SendAsync("grüß dich", _guard);
        ReceivedMessage heard = await zoe.NextAsync(ReceivedKind.Message, _guard);
        Assert.AreEqual("al", heard.Sender);
        Assert.AreEqual("grüß dich", heard.Text);

        await al.DisposeAsync();
        Assert.AreEqual("al", (await zoe.NextAsync(ReceivedKind.Left, _guard)).Sender);
    }

    [TestMethod]
    public async Task A_direct_message_reaches_its_user_or_is_reported()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard);
        await using ServerClient al = await server.ConnectAsync("al", _guard);

        await zoe.SendToAsync("al", "psst", _guard);
        ReceivedMessage heard = await al.NextAsync(ReceivedKind.Direct, _guard);
        Assert.AreEqual("zoe: psst", $"{heard.Sender}: {heard.Text}");

        await zoe.SendToAsync("nobody", "psst", _guard);
        ReceivedMessage error = await zoe.NextAsync(ReceivedKind.Error, _guard);
        Assert.AreEqual("not-online nobody", $"{error.Code} {error.About}");
    }

    [TestMethod]
    public async Task Group_messages_reach_the_members()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard);
        await using ServerClient al = await server.ConnectAsync("al", _guard);
        await zoe.JoinAsync("chess", _guard);
        await al.JoinAsync("chess", _guard);

        await zoe.SendToGroupAsync("chess", "e4", _guard);
        ReceivedMessage heard = await al.NextAsync(ReceivedKind.Group, _guard);
        Assert.AreEqual("chess zoe: e4", $"{heard.Group} {heard.Sender}: {heard.Text}");
        CollectionAssert.AreEquivalent(new[] { "al", "zoe" }, (await zoe.GetUsersAsync("chess", _guard)).ToArray());

        await zoe.LeaveAsync("chess", _guard);
        CollectionAssert.AreEqual(new[] { "al" }, (await zoe.GetUsersAsync("chess", _guard)).ToArray());
        CollectionAssert.AreEquivalent(new[] { "al", "zoe" }, (await zoe.GetUsersAsync(cancellationToken: _guard)).ToArray());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_client_connects_to_an_IPv4_address_that_is_mapped_to_IPv6(bool isHost)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        IPAddress mapped = server.EndPoint.Address.MapToIPv6();
        var options = new ServerClientOptions { UserName = "zoe", Password = "secret", Tls = TlsMode.None };
        if (isHost)
            (options.Host, options.Port) = (mapped.ToString(), server.EndPoint.Port);
        else
            options.EndPoint = new IPEndPoint(mapped, server.EndPoint.Port);

        await using ServerClient zoe = await ServerClient.ConnectAsync(options, _guard);
        await zoe.PingAsync(_guard);
    }

    [TestMethod]
    [DataRow("127.0.0.1", "127.0.0.1:{0} cannot be reached")]
    [DataRow("::1", "[::1]:{0} cannot be reached")]
    public async Task Connecting_to_a_closed_port_names_the_server(string host, string expected)
    {
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)nobody.LocalEndPoint!).Port;
        var options = new ServerClientOptions { Host = host, Port = port, UserName = "zoe", Password = "secret" };

        ServerClientException e = await Assert.ThrowsExactlyAsync<ServerClientException>(() => ServerClient.ConnectAsync(options, _guard));
        StringAssert.StartsWith(e.Message, string.Format(CultureInfo.InvariantCulture, expected, port));
    }

    [TestMethod]
    public async Task A_refused_group_throws()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard);

        ServerClientException refused = await Assert.ThrowsExactlyAsync<ServerClientException>(() => zoe.JoinAsync("a\u001bb", _guard));
        Assert.AreEqual("join-refused", refused.Code);
    }

    [TestMethod]
    public async Task Requests_are_answered_in_both_directions()
    {
        await using RunningServer server = await RunningServer.StartAsync(services: Handled.By<Echo>);
        await using ServerClient zoe = await server.ConnectAsync(
            "zoe", _guard, o => o.OnRequest = (body, _) => body.IsEmpty ? throw new InvalidOperationException() : new(new Response(9, body)));

        Response[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => zoe.RequestAsync($"{i}", cancellationToken: _guard)));
        for (int i = 0; i < answers.Length; i++)
            Assert.AreEqual($"{i}", answers[i].Text);

        Connection connection = server.Ledger.Connections.Single();
        Response answer = await connection.RequestAsync("who?"u8.ToArray(), TimeSpan.FromMinutes(1), _guard);
        Assert.AreEqual("9 who?", $"{answer.Status} {answer.Text}");
        answer = await connection.RequestAsync("wer grüßt?", TimeSpan.FromMinutes(1), _guard);
        Assert.AreEqual("9 wer grüßt?", $"{answer.Status} {answer.Text}");
        Assert.AreEqual(Response.Failed, (await connection.RequestAsync("", TimeSpan.FromMinutes(1), _guard)).Status);
    }

    [TestMethod]
    public async Task Requests_without_a_handler_are_answered_with_NotHandled()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard);

        Assert.AreEqual(Response.NotHandled, (await zoe.RequestAsync("?", cancellationToken: _guard)).Status);
        Connection connection = server.Ledger.Connections.Single();
        Assert.AreEqual(Response.NotHandled, (await connection.RequestAsync("", TimeSpan.FromMinutes(1), _guard)).Status);
    }

    [TestMethod]
    public async Task Keys_can_be_sent_and_queried()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard);
        await using ServerClient al = await server.ConnectAsync("al", _guard);
        RSA own = ClientKeys.Next();

        using RSA fromServer = await zoe.SendKeyAsync(own, _guard);
        using RSA asked = await al.GetKeyAsync("ZOE", _guard);
        using RSA ofServer = await al.GetKeyAsync(cancellationToken: _guard);
        Assert.AreEqual(own.ExportSubjectPublicKeyInfoPem(), asked.ExportSubjectPublicKeyInfoPem());
        Assert.AreEqual(fromServer.ExportSubjectPublicKeyInfoPem(), ofServer.ExportSubjectPublicKeyInfoPem());
        Assert.AreEqual("no-key", (await Assert.ThrowsExactlyAsync<ServerClientException>(() => al.GetKeyAsync("al", _guard))).Code);
    }

    [TestMethod]
    public async Task PingAsync_measures_the_round_trip()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard);

        Assert.IsGreaterThan(TimeSpan.Zero, await zoe.PingAsync(_guard));
    }

    [TestMethod]
    public async Task A_message_over_the_limit_is_refused_before_it_is_sent()
    {
        await using RunningServer server = await RunningServer.StartAsync(services: Handled.By<Echo>);
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard);

        await Assert.ThrowsExactlyAsync<ArgumentException>(async () => await zoe.SendAsync(new byte[65536], _guard));
        await Assert.ThrowsExactlyAsync<ArgumentException>(async () => await zoe.SendToAsync(new string('x', 256), "", _guard));
        Response largest = await zoe.RequestAsync(new byte[65536 - 6], cancellationToken: _guard);
        Assert.AreEqual(65536 - 6, largest.Body.Length);
    }

    [TestMethod]
    public async Task A_shutdown_reaches_the_reader_with_the_time_to_wait()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard);

        // From now on the server has a handler for the connection, which says goodbye.
        await zoe.NextAsync(ReceivedKind.Joined, _guard);
        Task stopping = server.StopAsync();

        Assert.AreEqual("SERVER", (await zoe.NextAsync(ReceivedKind.Message, _guard)).Sender);
        ServerClientException end = await zoe.EndAsync(_guard);
        Assert.AreEqual("shutdown", end.Code);
        Assert.AreEqual(TimeSpan.FromSeconds(5), end.RetryAfter);
        Assert.IsFalse(zoe.IsConnected);
        Assert.AreEqual("shutdown", (await Assert.ThrowsExactlyAsync<ServerClientException>(async () => await zoe.SendAsync("?", _guard))).Code);
        await stopping;
    }

    [TestMethod]
    public async Task A_disposed_client_is_disconnected_and_its_enumeration_ends()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        ServerClient zoe = await server.ConnectAsync("zoe", _guard);
        await zoe.NextAsync(ReceivedKind.Joined, _guard);
        await zoe.DisposeAsync();

        await foreach (ReceivedMessage message in zoe)
            Assert.Fail(message.ToString());
        Assert.IsEmpty(server.Ledger.Connections.ToArray());
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => zoe.RequestAsync("?"));
    }

    [TestMethod]
    public async Task Dispose_disconnects_before_it_returns()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using (ServerClient zoe = await server.ConnectAsync("zoe", _guard))
            Assert.HasCount(1, server.Ledger.Connections.ToArray());

        Assert.IsEmpty(server.Ledger.Connections.ToArray());
    }

    [TestMethod]
    public async Task PasswordProvider_supplies_the_password_while_the_connect_time_stands_still()
    {
        var time = new SteppedTime();
        using var server = new ScriptedServer();
        ServerClientOptions options = server.Options;
        options.Password = "";
        options.TimeProvider = time;
        options.PasswordProvider = _ =>
        {
            time.Advance(TimeSpan.FromHours(1));
            return new("entered");
        };
        Task<ServerClient> connecting = ServerClient.ConnectAsync(options, _guard);
        using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);

        StringAssert.Contains(await peer.ReadLoginAsync(), "\"password\":\"entered\"");
        peer.Dispose();
        await Assert.ThrowsExactlyAsync<ServerClientException>(() => connecting);
        Assert.AreEqual("entered", options.Password);
    }

    [TestMethod]
    public async Task A_refused_TCP_connection_names_the_end_point()
    {
        var listener = new ScriptedServer();
        ServerClientOptions options = listener.Options;
        listener.Dispose();

        ServerClientException e = await Assert.ThrowsExactlyAsync<ServerClientException>(() => ServerClient.ConnectAsync(options, _guard));
        StringAssert.Contains(e.Message, $"{options.EndPoint}");
    }
}
