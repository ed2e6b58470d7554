using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Users;

/// <summary>A server whose authenticator, database and log are mocks.</summary>
[TestClass]
public sealed class MockedServerTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly Mock<ILog> _log = new();
    private readonly Mock<IUserDatabase> _database = new();
    private readonly Mock<IAuthenticator> _authenticator = new();

    public MockedServerTests() =>
        _authenticator.Setup(a => a.AuthenticateAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()))
            .Returns((Credentials given, CancellationToken _) => new(
                given.Password == "secret" ? LoginResult.Ok(given.Username) : new LoginResult(LoginCode.Failure)));

    [TestMethod]
    public async Task An_authenticator_decides_on_logins()
    {
        await using RunningServer server = await StartAsync();
        using ClassicClient client = await ClassicClient.ConnectAsync(server.EndPoint, _guard);

        Assert.AreEqual("FAILURE", await client.LoginAsync("ada", "guess", _guard));
        Assert.AreEqual("OK", await client.LoginAsync("ada", "secret", _guard));
        StringAssert.StartsWith(client.Welcome, "Welcome ada\n");
        _authenticator.Verify(a => a.AuthenticateAsync(It.Is<Credentials>(c => c.Address != null), It.IsAny<CancellationToken>()), Times.Exactly(2));
        _database.Verify(d => d.AuthenticateUserAsync(It.IsAny<Credentials>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [TestMethod]
    public async Task An_authenticator_needs_no_accounts()
    {
        await using RunningServer server = await RunningServer.StartAsync(
            services: services => services.AddSingleton(_authenticator.Object).AddSingleton(_log.Object));
        using ClassicClient ada = await JoinAsync(server);
        await ada.SendAsync("is anybody here?\n", _guard);
        await ada.SendAsync("disconnect\n", _guard);
        Assert.IsNull(await ada.ReceiveOrClosedAsync(_guard));
        using ClassicClient again = await JoinAsync(server);
    }

    [TestMethod]
    public async Task A_database_records_logons_messages_and_logoffs()
    {
        await using RunningServer server = await StartAsync();
        using (ClassicClient ada = await JoinAsync(server))
        {
            await ada.SendAsync("is anybody here?\n", _guard);
            await ada.SendAsync("disconnect\n", _guard);
            Assert.IsNull(await ada.ReceiveOrClosedAsync(_guard));
        }

        await server.StopAsync();
        _database.Verify(d => d.LogConnectionAsync("ada", It.Is<EndPoint>(e => e is IPEndPoint), It.IsAny<CancellationToken>()), Times.Once);
        _database.Verify(d => d.UpdateStatsAsync("ada", 1, It.IsAny<CancellationToken>()), Times.Once);
        _database.Verify(d => d.LogDisconnectionAsync("ada", It.IsAny<CancellationToken>()), Times.Once);
        _database.Verify(d => d.SaveAsync(It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    public async Task A_log_gets_the_lines_of_the_activity_log()
    {
        await using RunningServer server = await StartAsync();
        using (ClassicClient ada = await JoinAsync(server))
        {
            string address = ada.LocalEndPoint.ToString();
            await ada.SendAsync("disconnect\n", _guard);
            Assert.IsNull(await ada.ReceiveOrClosedAsync(_guard));
            await server.StopAsync();

            VerifyLogged($"[ CONNECTION - ATTEMPT ] accepting new connection @{address}");
            VerifyLogged($"[ CONNECTION - SUCCESS ] accepted new connection @{address}: Alias - ada");
        }

        VerifyLogged("[ STATUS ] clients connected: 1");
        VerifyLogged("[ ALERT ] client ada is disconnecting.");
        VerifyLogged("[ STATUS ] clients connected: 0");
        VerifyLogged("[ COMMAND ] shutdown command executed... terminating server session.");
        VerifyLogged("EXIT");
    }

    [TestMethod]
    public async Task A_ledger_gets_each_connection_and_loses_it_again()
    {
        var ledger = new Mock<IConnectionLedger>();
        await using RunningServer server = await StartAsync(services => services.AddSingleton(ledger.Object));
        using (ClassicClient ada = await ClassicClient.ConnectAsync(server.EndPoint, _guard))
        {
            Assert.AreEqual("OK", await ada.LoginAsync("ada", "secret", _guard));
            await ada.ExchangeKeysAsync(_guard);
            await ada.SendAsync("disconnect\n", _guard);
            Assert.IsNull(await ada.ReceiveOrClosedAsync(_guard));
        }

        await server.StopAsync();
        ledger.Verify(l => l.Add(It.Is<Connection>(c => c.Alias == "ada")), Times.Once);
        ledger.Verify(l => l.Remove(It.Is<Connection>(c => c.Reason == DisconnectReason.ClientLeft)), Times.Once);
        ledger.Verify(l => l.Purge(), Times.Once);
    }

    /// <summary>A client that has joined the room and received its own announcement.</summary>
    private async Task<ClassicClient> JoinAsync(RunningServer server)
    {
        ClassicClient ada = await ClassicClient.JoinAsync(server.EndPoint, "ada", _guard);
        Assert.AreEqual("ada: [ CONNECTED ]", await ada.ReceiveAsync(_guard));
        return ada;
    }

    private Task<RunningServer> StartAsync(Action<IServiceCollection>? more = null) =>
        RunningServer.StartAsync(
            services: services =>
            {
                services.AddSingleton(_log.Object);
                services.AddSingleton(_database.Object);
                services.AddSingleton(_authenticator.Object);
                more?.Invoke(services);
            });

    private void VerifyLogged(string line) => _log.Verify(l => l.Logging(line), Times.Once);
}
