namespace ServerLib.Tests.Clients;

/// <summary>Cancellation and disposal at random moments, against a real server. A failure names its seed.</summary>
[TestClass]
public sealed class CancellationStormTests
{
    private const int Rounds = 200;

    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Canceled_calls_do_not_affect_later_ones(int seed)
    {
        var random = new Random(seed);
        await using RunningServer server = await RunningServer.StartAsync(services: Handled.By<Echo>);
        await using ServerClient client = await server.ConnectAsync("zoe", _guard, options => options.MaxOutstandingRequests = 4);
        for (int i = 0; i < Rounds; i++)
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(_guard);
            Task[] calls = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => Call(client, random.Next(9), cancel.Token))];
            if (random.Next(2) == 0)
                await Task.WhenAny(calls);
            await cancel.CancelAsync();
            await Task.WhenAll(calls).ContinueWith(_ => { }, _guard, TaskContinuationOptions.None, TaskScheduler.Default);
            foreach (Task call in calls)
                Assert.IsTrue(call.IsCanceled || call.IsCompletedSuccessfully, $"{call.Exception}");
            Assert.AreEqual($"{i}", (await client.RequestAsync($"{i}", cancellationToken: _guard)).Text);
        }

        CollectionAssert.AreEqual(new[] { "zoe" }, (await client.GetUsersAsync(cancellationToken: _guard)).ToArray());
        Assert.IsNull(client.LastFailure);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public async Task A_client_can_be_disposed_at_any_moment(int seed)
    {
        var random = new Random(seed);
        await using RunningServer server = await RunningServer.StartAsync(services: Handled.By<Echo>);
        for (int i = 0; i < Rounds / 4; i++)
        {
            var client = new ServerClient(new ServerClientOptions
            {
                EndPoint = server.EndPoint,
                UserName = "zoe",
                Password = "s3cret pass",
                Reconnect = true,
                ReconnectDelay = TimeSpan.FromMilliseconds(1),
            });
            var moment = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task working = UseAsync(client, random.Next(9), random.Next(5), moment);
            if (random.Next(3) > 0)
                await moment.Task.WaitAsync(_guard);
            if (random.Next(2) == 0)
                server.Ledger.Connections.FirstOrDefault()?.End(DisconnectReason.ConnectionLost);
            await Task.WhenAll(Enumerable.Range(0, random.Next(1, 3)).Select(_ => client.DisposeAsync().AsTask())).WaitAsync(_guard);
            Assert.AreEqual(ServerClientState.Closed, client.State);
            await working.WaitAsync(_guard);
        }
    }

    /// <summary>Calls until the client ends, and reports when it has made some calls.</summary>
    private async Task UseAsync(ServerClient client, int kind, int calls, TaskCompletionSource moment)
    {
        try
        {
            await client.ConnectAsync(_guard);
            for (int i = 0; ; i++)
            {
                if (i == calls)
                    moment.SetResult();
                await client.WaitUntilConnectedAsync(_guard);
                await Call(client, kind, _guard);
            }
        }
        catch (Exception e) when (e is ServerClientException or ObjectDisposedException)
        {
            // Either the client was disposed, or the connection had just ended.
            moment.TrySetResult();
        }
    }

    private static Task Call(ServerClient client, int kind, CancellationToken token) => kind switch
    {
        0 => client.SendAsync("hello", token).AsTask(),
        1 => client.RequestAsync("question", cancellationToken: token),
        2 => client.JoinAsync("chess", token),
        3 => client.LeaveAsync("chess", token),
        4 => client.PingAsync(token),
        5 => client.GetUsersAsync("chess", token),
        6 => client.WaitUntilConnectedAsync(token),
        7 => client.SendEventAsync("moved", token).AsTask(),
        _ => client.ConnectAsync(token),
    };
}
