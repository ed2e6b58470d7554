using Microsoft.Extensions.DependencyInjection;
using ServerLib.Tests.Clients;

namespace ServerLib.Tests.Messaging;

/// <summary>The library's client and server call each other.</summary>
[TestClass]
public sealed class CallEndToEndTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Client_and_server_exchange_calls_and_events_in_one_format(bool memoryPack)
    {
        IBodySerializer? serializer = memoryPack ? new MemoryPackBodySerializer() : null;
        await using CallServer server = await CallServer.StartAsync(
            builder =>
            {
                if (serializer is not null)
                    builder.Use(serializer);
                builder
                    .MapCall("move", async (Move move, Connection from, IMessageRouter router, CancellationToken token) =>
                    {
                        await router.SendEventToAllAsync("moved", move, cancellationToken: token);
                        return await from.CallAsync<Move>("confirm", move, cancellationToken: token);
                    })
                    .MapCall("double", (int value) => 2 * value);
            },
            maxConcurrentCalls: 2);
        await using ServerClient ada = server.CreateClient("ada", serializer);
        var moved = new TaskCompletionSource<Move>(TaskCreationOptions.RunContinuationsAsynchronously);
        ada.On<Move>("moved", moved.SetResult);
        ada.OnCall<Move, Move>("confirm", async (move, token) => move with { To = await ada.CallAsync<int>("double", move.To, token) });
        await ada.ConnectAsync(_guard);

        Assert.AreEqual(new Move("ada", 42), await ada.CallAsync<Move>("move", new Move("ada", 21), _guard));
        Assert.AreEqual(new Move("ada", 21), await moved.Task.WaitAsync(_guard));
    }
}
