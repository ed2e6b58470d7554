namespace ServerLib.Tests.Resuming;

/// <summary><see cref="ServerClient"/> continues its session when its connection is lost.</summary>
[TestClass]
public sealed class ClientResumeTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_client_logs_in_again_when_the_server_no_longer_has_the_session()
    {
        await using RunningServer server = await RunningServer.StartAsync(options => options.Login.Plaintext = PlaintextPolicy.Anywhere);
        await using var proxy = new CuttingProxy(server.EndPoint);
        await using ServerClient alice = await ConnectAsync(server, proxy, "alice");
        string session = alice.Session;
        server.Ledger.Find("alice").Single().End(DisconnectReason.ConnectionLost);

        await foreach (ReceivedMessage message in alice.ReadAllAsync(_guard))
        {
            if (message.Kind == ReceivedKind.Reconnected)
                break;
        }

        Assert.AreNotEqual(session, alice.Session);
    }

    [TestMethod]
    public async Task A_client_that_does_not_reconnect_keeps_no_session()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient alice = await server.ConnectAsync("alice", _guard);
        Assert.IsNull(server.Ledger.Find("alice").Single().Resumption);
    }

    private async Task<ServerClient> ConnectAsync(RunningServer server, CuttingProxy proxy, string name) =>
        await server.ConnectAsync(name, _guard, options =>
        {
            options.EndPoint = proxy.EndPoint;
            options.Reconnect = true;
            options.ReconnectDelay = TimeSpan.FromMilliseconds(1);
        });
}
