using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Testing;
using ServerLib.Tests.Hosting;

namespace ServerLib.Tests.Users;

[TestClass]
public sealed class TestServerTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_client_of_a_test_server_talks_to_the_handler()
    {
        await using TestServer server = await TestServer.StartAsync(
            b => b.OnMessage((connection, message) => connection.TrySend("echo", message.Body)), _guard);
        await using ServerClient ada = await server.ConnectAsync("ada", _guard);
        await ada.SendAsync("hello", _guard);

        Assert.AreEqual("Message echo: hello", $"{await ada.NextAsync(_guard)}");
        Assert.IsNull(server.Services.GetRequiredService<IServerControl>().EndPoint);
        Assert.IsTrue(server.ActivityLog.Any(line => line.Contains("Alias - ada", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_client_of_a_test_server_can_be_created_before_it_connects()
    {
        await using TestServer server = await TestServer.StartAsync(cancellationToken: _guard);
        await using ServerClient ada = server.CreateClient(Ada());
        Assert.AreEqual(ServerClientState.Closed, ada.State);
        await ada.ConnectAsync(_guard);

        Assert.AreEqual("ada", ada.Alias);
    }

    [TestMethod]
    public async Task Two_users_of_a_test_server_share_the_chat_room()
    {
        await using TestServer server = await TestServer.StartAsync(cancellationToken: _guard);
        await using ServerClient ada = await server.ConnectAsync("ada", _guard);
        await using ServerClient bob = await server.ConnectAsync("bob", _guard);
        await ada.SendAsync("hello", _guard);

        ReceivedMessage next;
        do
            next = await bob.NextAsync(_guard);
        while (next.Kind == ReceivedKind.Joined);
        Assert.AreEqual("Message ada: hello", $"{next}");
    }

    [TestMethod]
    public async Task A_client_elsewhere_without_encryption_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync(cancellationToken: _guard);
        var elsewhere = new ConnectionFacts(IPEndPoint.Parse("203.0.113.7:1"));

        ServerClientException e = await Assert.ThrowsAsync<ServerClientException>(() => server.ConnectAsync(Ada(), elsewhere, _guard));
        Assert.AreEqual("refused", e.Code);
        await using ServerClient ada = await server.ConnectAsync(Ada(), elsewhere with { IsSecure = true }, _guard);
        Connection connection = server.Services.GetRequiredService<IConnectionLedger>().Connections.Single();
        Assert.AreEqual(("203.0.113.7:1", true), ($"{connection.RemoteEndPoint}", connection.IsSecure));
    }

    [TestMethod]
    public async Task A_client_behind_a_local_proxy_is_not_local()
    {
        await using TestServer server = await TestServer.StartAsync(cancellationToken: _guard);
        var facts = new ConnectionFacts(new IPEndPoint(IPAddress.Loopback, 1)) { IsLocal = false };

        ServerClientException e = await Assert.ThrowsAsync<ServerClientException>(() => server.ConnectAsync(Ada(), facts, _guard));

        Assert.AreEqual("refused", e.Code);
    }

    [TestMethod]
    public async Task A_secure_client_without_a_required_certificate_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync(
            b => b.Configure(options =>
            {
                options.Tls.ClientCertificates = ClientCertificateMode.Require;
                options.Tls.ClientCertificateAuthorities = "authorities.pem";
            }),
            _guard);
        var facts = new ConnectionFacts(new IPEndPoint(IPAddress.Loopback, 1)) { IsSecure = true };

        await Assert.ThrowsAsync<ServerClientException>(() => server.ConnectAsync(Ada(), facts, _guard));
    }

    [TestMethod]
    public async Task A_banned_address_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync(b => b.Configure(options => options.Bans.Add("203.0.113.0/24")), _guard);
        var facts = new ConnectionFacts(IPEndPoint.Parse("203.0.113.7:1")) { IsSecure = true };

        await Assert.ThrowsAsync<ServerClientException>(() => server.ConnectAsync(Ada(), facts, _guard));
        Assert.AreEqual(0, server.Services.GetRequiredService<IServerControl>().ConnectionCount);
    }

    [TestMethod]
    public async Task A_clock_of_the_test_is_the_servers()
    {
        var time = new FakeTimeProvider();
        await using TestServer server = await TestServer.StartAsync(
            b => b.Configure(options => options.Limits.IdleTimeout = TimeSpan.FromMinutes(1)).Services.AddSingleton<TimeProvider>(time), _guard);
        await using ServerClient ada = await server.ConnectAsync("ada", _guard);
        time.Advance(TimeSpan.FromMinutes(2));

        Assert.AreEqual("idle", (await ada.EndAsync(_guard)).Code);
    }

    private static ServerClientOptions Ada() => new() { UserName = "ada", Password = "password" };
}
