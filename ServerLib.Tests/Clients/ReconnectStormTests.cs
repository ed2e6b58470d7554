namespace ServerLib.Tests.Clients;

/// <summary>Many clients that lose their connections at once, as after a kill of the server.</summary>
[TestClass]
public sealed class ReconnectStormTests
{
    private const int Count = 300;

    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task All_300_clients_of_one_address_are_back_after_losing_their_connections_at_once()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        ServerClient[] clients = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => server.ConnectAsync($"user{i}", _guard, Configure)));
        foreach (Connection connection in server.Ledger.Connections)
            connection.End(DisconnectReason.ConnectionLost);

        await Task.WhenAll(clients.Select(client => client.NextAsync(ReceivedKind.Reconnected, _guard)));
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
    }

    private static void Configure(ServerClientOptions options)
    {
        options.Reconnect = true;
        options.ReconnectDelay = TimeSpan.FromMilliseconds(50);
    }
}
