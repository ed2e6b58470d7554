using Microsoft.Extensions.DependencyInjection;
using ServerLib.Testing;
using ServerLib.Tests.Hosting;

namespace ServerLib.Tests.Server;

[TestClass]
public sealed class ServerControlTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_handler_can_kick_a_user_with_a_reason()
    {
        await using TestServer server = await TestServer.StartAsync(b => b.AddHandler<Referee>(), _guard);
        await using ServerClient ada = await server.ConnectAsync("ada", _guard);
        await ada.SendAsync("cheat", _guard);

        ServerClientException end = await ada.EndAsync(_guard);

        Assert.AreEqual(("kicked", "The server ended the connection: You have cheated."), (end.Code, end.Message));
    }

    [TestMethod]
    public async Task A_draining_server_waits_for_its_connections_and_ends_new_ones()
    {
        await using TestServer server = await TestServer.StartAsync(cancellationToken: _guard);
        IServerControl control = server.Services.GetRequiredService<IServerControl>();
        await using ServerClient ada = await server.ConnectAsync("ada", _guard);

        Task draining = control.DrainAsync(_guard);

        await Assert.ThrowsAsync<ServerClientException>(() => server.ConnectAsync("bob", _guard));
        Assert.IsTrue(ada.IsConnected);
        Assert.IsFalse(draining.IsCompleted);
        await ada.DisposeAsync();
        await draining;
        Assert.AreEqual(0, control.ConnectionCount);
        await server.StopAsync(_guard);
    }

    [TestMethod]
    public async Task Draining_can_be_given_up()
    {
        await using TestServer server = await TestServer.StartAsync(cancellationToken: _guard);
        await using ServerClient ada = await server.ConnectAsync("ada", _guard);

        await Assert.ThrowsAsync<OperationCanceledException>(
            () => server.Services.GetRequiredService<IServerControl>().DrainAsync(new CancellationToken(canceled: true)));
    }

    [TestMethod]
    public async Task A_server_that_has_not_started_runs_no_connection()
    {
        using var folder = new TempFolder();
        await using var server = ServerLibServer.Create(b => b.OnFreePort(folder.Path));
        var pipes = new PipePair();

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => server.Services.GetRequiredService<IServerControl>()
            .RunConnectionAsync(pipes.Server, new ConnectionFacts(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 1))));
    }

    [TestMethod]
    public async Task An_authenticator_can_ask_for_the_control_of_its_server()
    {
        await using TestServer server = await TestServer.StartAsync(b => b.UseAuthenticator<OneByOne>(), _guard);
        await using ServerClient ada = await server.ConnectAsync("ada", _guard);

        await Assert.ThrowsExactlyAsync<LoginException>(() => server.ConnectAsync("bob", _guard));
    }

    private sealed class OneByOne(IServerControl server) : IAuthenticator
    {
        public ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
            new(server.ConnectionCount > 1 ? LoginResult.Refused("The server is full.") : LoginResult.Ok(credentials.Username));
    }

    private sealed class Referee(IServerControl server) : IMessageHandler
    {
        public ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken)
        {
            if (message.Text == "cheat")
                server.Kick(connection.Alias, "You have cheated.", actor: "referee");
            return ValueTask.CompletedTask;
        }
    }
}
