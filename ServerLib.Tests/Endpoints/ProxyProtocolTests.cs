using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Protocol;
using ServerLib.Tests.Compact;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Endpoints;

[TestClass]
public sealed class ProxyProtocolTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(TransportKind.Automatic, false)]
    [DataRow(TransportKind.Automatic, true)]
    [DataRow(TransportKind.Portable, true)]
    public async Task A_server_behind_a_proxy_sees_the_address_of_the_client(TransportKind transport, bool isBinary)
    {
        await using EndpointServer server = await EndpointServer.StartAsync(options => options.Transport = transport, Behind("127.0.0.0/8"));
        byte[] header = isBinary ? ProxyHeaders.Binary("203.0.113.7") : ProxyHeaders.Text("203.0.113.7");
        using CompactClient ada = await server.ConnectAsync(header: header);
        await ada.JoinAsync("ada");

        Connection connection = server.Running.Ledger.Find("ada").Single();
        Assert.AreEqual("203.0.113.7:5000", connection.RemoteEndPoint.ToString());
        Assert.AreEqual("[ CONNECTION - ATTEMPT ] accepting new connection @203.0.113.7:5000", await server.Log.WaitForAsync("[ CONN", _guard));
        await server.Running.Server.BanAsync(new Ban("203.0.113.7"), cancellationToken: _guard);
        Assert.AreEqual("banned", await ada.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task A_client_of_a_proxy_is_not_on_this_machine_even_if_its_address_says_so()
    {
        await using EndpointServer server = await EndpointServer.StartAsync(
            new ServerEndpoint { ProxyProtocol = { From = { "127.0.0.1" } } });
        using CompactClient plain = await server.ConnectAsync(header: ProxyHeaders.Text("127.0.0.1"));
        using CompactClient secure =
            CompactClient.On(await TlsPeer.AuthenticateAsync(await server.OpenAsync(header: ProxyHeaders.Text("127.0.0.1")), _guard));

        await plain.SendLoginAsync("ada");
        Assert.AreEqual("refused", await plain.ReceiveCloseAsync());
        await secure.JoinAsync("ada");
    }

    [TestMethod]
    [DataRow("PROXY UNKNOWN\r\n", DisplayName = "Version 1")]
    [DataRow("\r\n\r\n\0\r\nQUIT\n\u0020\0\0\0", DisplayName = "Version 2")]
    public async Task A_client_that_its_proxy_does_not_name_is_not_on_this_machine(string header)
    {
        await using EndpointServer server = await EndpointServer.StartAsync(
            new ServerEndpoint { ProxyProtocol = { From = { "127.0.0.1" } } });
        using CompactClient client = await server.ConnectAsync(header: Encoding.ASCII.GetBytes(header));

        await client.SendLoginAsync("ada");
        Assert.AreEqual("refused", await client.ReceiveCloseAsync());
    }

    [TestMethod]
    public async Task A_server_that_stops_does_not_wait_for_the_header_of_a_proxy()
    {
        await using EndpointServer server = await EndpointServer.StartAsync(_ => { }, new FakeTimeProvider(), Behind("127.0.0.1"));
        await using NetworkStream silent = await server.OpenAsync();

        // The server has accepted the silent connection before this one.
        using CompactClient ada = await server.ConnectAsync(header: ProxyHeaders.Text("203.0.113.7"));
        await ada.JoinAsync("ada");
        ada.Dispose();
        await server.Running.StopAsync();

        Assert.AreEqual(0, await silent.ReadAsync(new byte[1], _guard));
    }

    [TestMethod]
    public async Task Limits_apply_to_the_addresses_of_the_clients()
    {
        await using EndpointServer server = await EndpointServer.StartAsync(
            options => options.Limits.MaxConnectionsPerAddress = 1, Behind("127.0.0.1"));
        using CompactClient ada = await server.ConnectAsync(header: ProxyHeaders.Text("203.0.113.7"));
        await ada.JoinAsync("ada");
        using CompactClient second = await server.ConnectAsync(header: ProxyHeaders.Text("203.0.113.7"));
        using CompactClient other = await server.ConnectAsync(header: ProxyHeaders.Text("203.0.113.8"));

        await second.SendRawAsync("SLIB/2\r\n"u8.ToArray());
        Assert.AreEqual("busy", (string?)(await second.ReceiveAsync(FrameType.Close)).Json["code"]);
        await other.JoinAsync("zoe");
    }

    [TestMethod]
    public async Task A_header_from_another_address_is_refused_and_the_log_names_the_option()
    {
        await using EndpointServer server = await EndpointServer.StartAsync(Behind("192.0.2.1"), new ServerEndpoint());
        for (int i = 0; i < 2; i++)
        {
            byte[] header = i == 0 ? ProxyHeaders.Text("203.0.113.7") : ProxyHeaders.Binary("203.0.113.7");
            using CompactClient client = await server.ConnectAsync(i, header);
            Assert.IsNull(await client.LogInAsync("ada"));
        }

        string line = await server.Log.WaitForAsync("[ ALERT ] connections refused", _guard);
        Assert.Contains("began with a PROXY header", line);
        Assert.EndsWith("add its address to the option Endpoints:N:ProxyProtocol:From", line);
    }

    [TestMethod]
    public async Task A_proxy_without_a_header_is_refused_and_the_log_names_the_option()
    {
        await using EndpointServer server = await EndpointServer.StartAsync(Behind("127.0.0.1"));
        using CompactClient client = await server.ConnectAsync();

        Assert.IsNull(await client.LogInAsync("a-name-that-fills-the-start-of-a-header"));
        string line = await server.Log.WaitForAsync("[ ALERT ] connections refused", _guard);
        Assert.Contains("a proxy sent no PROXY header", line);
        Assert.EndsWith("the option Endpoints:N:ProxyProtocol:From", line);
    }

    [TestMethod]
    public async Task Health_checks_of_a_proxy_get_no_penalty_and_no_line()
    {
        await using EndpointServer server = await EndpointServer.StartAsync(
            options => (options.Limits.ExemptLoopback, options.Limits.MaxConnections) = (false, 5), Behind("127.0.0.1"));
        for (int i = 0; i < 30; i++)
        {
            byte[][] checks = [[], "PROXY UNKNOWN\r\n"u8.ToArray(), ProxyHeaders.Binary("127.0.0.1", command: 0x20)];
            await using NetworkStream check = await server.OpenAsync(header: checks[i % 3]);
            check.Socket.Shutdown(SocketShutdown.Send);
            Assert.AreEqual(0, await check.ReadAsync(new byte[1], _guard));
        }

        using CompactClient ada = await server.ConnectAsync(header: ProxyHeaders.Text("203.0.113.7"));
        await ada.JoinAsync("ada");
        Assert.Contains("203.0.113.7", await server.Log.WaitForAsync("[ CONNECTION - ATTEMPT ]", _guard));
        Assert.IsEmpty(server.Running.Throttle.Penalties);
    }

    [TestMethod]
    public async Task Every_client_of_a_Unix_socket_of_a_proxy_needs_a_header()
    {
        using var folder = new TempFolder();
        ServerEndpoint endpoint = Behind("127.0.0.1");
        endpoint.Path = folder.File("proxy.sock");
        await using EndpointServer server = await EndpointServer.StartAsync(endpoint);
        using CompactClient client = await server.ConnectAsync(header: ProxyHeaders.Binary("203.0.113.7"));
        await client.JoinAsync("ada");

        Assert.AreEqual("203.0.113.7:5000", server.Running.Ledger.Find("ada").Single().RemoteEndPoint.ToString());
    }

    private static ServerEndpoint Behind(string proxy) =>
        new() { Plaintext = PlaintextPolicy.Anywhere, ProxyProtocol = { From = { proxy } } };
}
