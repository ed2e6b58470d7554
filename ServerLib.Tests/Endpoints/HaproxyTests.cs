using System.Net;
using System.Net.Sockets;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Endpoints;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class HaproxyTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task Haproxy_passes_on_addresses_and_its_health_checks_leave_no_trace()
    {
        using var folder = new TempFolder();
        await using EndpointServer server = await EndpointServer.StartAsync(
            options => options.Limits.ExemptLoopback = false,
            new ServerEndpoint { Plaintext = PlaintextPolicy.Anywhere, ProxyProtocol = { From = { "127.0.0.1" } } });
        using Haproxy haproxy = Haproxy.Start(server.Running.EndPoint, folder);
        await haproxy.WaitForChecksAsync(_guard);

        foreach ((string name, IPEndPoint front) in new[] { ("ada", Haproxy.TextFront), ("bob", Haproxy.BinaryFront) })
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.9"), 0));
            await socket.ConnectAsync(front, _guard);
            using CompactClient client = CompactClient.On(new NetworkStream(socket));
            await client.JoinAsync(name);

            Assert.AreEqual(socket.LocalEndPoint, server.Running.Ledger.Find(name).Single().RemoteEndPoint);
            Assert.AreEqual(
                $"[ CONNECTION - ATTEMPT ] accepting new connection @{socket.LocalEndPoint}",
                await server.Log.WaitForAsync("[ CONNECTION - A", _guard));
        }

        Assert.IsEmpty(server.Running.Throttle.Penalties);
    }
}
