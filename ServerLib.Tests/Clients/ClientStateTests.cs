using ServerLib.Protocol;

namespace ServerLib.Tests.Clients;

/// <summary>The state of a client, and what it reports about failed attempts.</summary>
[TestClass]
public sealed class ClientStateTests : IDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly SteppedTime _time = new();
    private readonly ScriptedServer _server = new();

    public void Dispose() => _server.Dispose();

    [TestMethod]
    public async Task A_client_reports_each_state_and_the_reason_of_each_failed_attempt()
    {
        await using var client = new ServerClient(Options());
        var states = new StateLog(client);
        Assert.AreEqual((ServerClientState.Closed, null), (client.State, client.LastFailure));
        Task connecting = client.ConnectAsync(_guard);
        await states.NextAsync(ServerClientState.Connecting, _guard);
        ScriptedCompactPeer peer = await _server.AcceptAsync(_guard);
        await peer.LogInAsync();
        await connecting;
        Assert.IsNull((await states.NextAsync(ServerClientState.Connected, _guard)).Reason);

        await peer.WriteAsync(FrameType.Close, """{"code":"shutdown","text":"Later.","retryAfterMs":5000}""");
        peer.Dispose();
        ServerClientStateChangedEventArgs lost = await states.NextAsync(ServerClientState.Reconnecting, _guard);
        Assert.AreEqual(("shutdown", TimeSpan.FromSeconds(5.5)), (lost.Reason!.Code, lost.RetryIn));
        Task waiting = client.WaitUntilConnectedAsync(_guard);

        await _time.PassAsync(TimeSpan.FromSeconds(5.5), _guard);
        using (ScriptedCompactPeer busy = await _server.AcceptAsync(_guard))
        {
            await busy.ReadLoginAsync();
            await busy.WriteHelloAsync();
            await busy.WriteAsync(FrameType.Result, """{"code":"busy"}""");
        }

        ServerClientStateChangedEventArgs failed = await states.NextAsync(ServerClientState.Reconnecting, _guard);
        Assert.AreEqual((LoginCode.Busy, TimeSpan.FromSeconds(1)), (((LoginException)failed.Reason!).Result, failed.RetryIn));
        Assert.AreSame(failed.Reason, client.LastFailure);
        Assert.IsFalse(waiting.IsCompleted);

        await _time.PassAsync(TimeSpan.FromSeconds(1), _guard);
        using ScriptedCompactPeer again = await _server.AcceptAsync(_guard);
        await again.LogInAsync();
        await waiting;
        await states.NextAsync(ServerClientState.Connected, _guard);
        await again.WriteAsync(FrameType.Close, """{"code":"kicked","text":"Out."}""");
        Assert.AreEqual("kicked", (await states.NextAsync(ServerClientState.Closed, _guard)).Reason!.Code);
        Assert.AreEqual("kicked", (await Assert.ThrowsExactlyAsync<ServerClientException>(() => client.WaitUntilConnectedAsync(_guard))).Code);
    }

    [TestMethod]
    public async Task A_closed_client_connects_again_and_delivers_messages_again()
    {
        ServerClientOptions options = Options();
        options.Reconnect = false;
        (ServerClient client, ScriptedCompactPeer peer) = await _server.ConnectAsync(options, _guard);
        await using ServerClient disposed = client;
        var states = new StateLog(client);
        await peer.WriteAsync(FrameType.MessageOut, [1, (byte)'a', 7]);
        peer.Dispose();
        await states.NextAsync(ServerClientState.Closed, _guard);

        Task connecting = client.ConnectAsync(_guard);
        using ScriptedCompactPeer again = await _server.AcceptAsync(_guard);
        await again.LogInAsync();
        await connecting;
        await again.WriteAsync(FrameType.MessageOut, [1, (byte)'a', 8]);
        Assert.AreEqual(7, (await client.NextAsync(ReceivedKind.Message, _guard)).Body.Span[0]);
        Assert.AreEqual(8, (await client.NextAsync(ReceivedKind.Message, _guard)).Body.Span[0]);
        again.Dispose();
    }

    [TestMethod]
    public async Task A_handler_of_StateChanged_can_throw_and_dispose_the_client()
    {
        var logger = new ClientLogRecorder();
        ServerClientOptions options = Options();
        options.LoggerFactory = logger;
        var client = new ServerClient(options);
        var disposed = new TaskCompletionSource();
        client.StateChanged += (_, _) => throw new InvalidOperationException("Broken.");
        client.StateChanged += (sender, change) =>
        {
            if (change.State == ServerClientState.Reconnecting)
            {
                ((ServerClient)sender!).Dispose();
                disposed.SetResult();
            }
        };
        Task connecting = client.ConnectAsync(_guard);
        using (ScriptedCompactPeer peer = await _server.AcceptAsync(_guard))
        {
            await peer.LogInAsync();
            await connecting;
        }

        await disposed.Task.WaitAsync(_guard);
        Assert.AreEqual(ServerClientState.Closed, client.State);
        Assert.IsTrue(logger.Lines.Any(line => line.StartsWith("Error: A handler of StateChanged failed", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Connections_failures_and_the_end_are_logged()
    {
        var logger = new ClientLogRecorder();
        ServerClientOptions options = Options();
        options.LoggerFactory = logger;
        (ServerClient client, ScriptedCompactPeer peer) = await _server.ConnectAsync(options, _guard);
        var states = new StateLog(client);
        peer.Dispose();
        await states.NextAsync(ServerClientState.Reconnecting, _guard);
        await _time.PassAsync(TimeSpan.FromSeconds(0.5), _guard);
        (await _server.AcceptAsync(_guard)).Dispose();
        await states.NextAsync(ServerClientState.Reconnecting, _guard);
        await _time.PassAsync(TimeSpan.FromSeconds(1), _guard);
        using (ScriptedCompactPeer last = await _server.AcceptAsync(_guard))
        {
            await last.ReadLoginAsync();
            await last.WriteHelloAsync();
            await last.WriteAsync(FrameType.Result, """{"code":"failure","text":"No\u001b."}""");
            await states.NextAsync(ServerClientState.Closed, _guard);
        }

        Assert.IsTrue((await Assert.ThrowsExactlyAsync<LoginException>(() => client.WaitUntilConnectedAsync(_guard))).IsFinal);
        await client.DisposeAsync();
        string server = $"{_server.EndPoint} as 'zoe'";
        CollectionAssert.AreEqual(
            new[]
            {
                $"Debug: Connecting to {server}.",
                $"Information: Connected to {server}.",
                $"Warning: The connection to {server} is lost. Connecting again in 00:00:00.5000000. Code 'lost': The server closed the connection.",
                $"Warning: Connecting to {server} failed. Trying again in 00:00:01. Code 'lost': The server closed the connection at once. It may be "
                    + "full, or it may have banned or throttled this address.",
                $"Warning: The connection to {server} has ended or was not possible. Code 'failure': No\\u001B.",
                $"Information: The client of {server} is disposed.",
            },
            logger.Lines.ToArray());
    }

    [TestMethod]
    [DataRow("""{"code":"failure"}""", true)]
    [DataRow("""{"code":"refused"}""", true)]
    [DataRow("""{"code":"banned"}""", true)]
    [DataRow("""{"code":"banned","retryAfterMs":1000}""", false)]
    [DataRow("""{"code":"failure","retryAfterMs":1000}""", false)]
    [DataRow("""{"code":"busy"}""", false)]
    [DataRow("""{"code":"locked"}""", false)]
    [DataRow("""{"code":"a-code-of-a-later-version"}""", false)]
    public async Task A_refused_login_is_final_only_where_retrying_cannot_help(string result, bool isFinal)
    {
        Task<ServerClient> connecting = ServerClient.ConnectAsync(_server.Options, _guard);
        using ScriptedCompactPeer peer = await _server.AcceptAsync(_guard);
        await peer.ReadLoginAsync();
        await peer.WriteHelloAsync();
        await peer.WriteAsync(FrameType.Result, result);

        Assert.AreEqual(isFinal, (await Assert.ThrowsExactlyAsync<LoginException>(() => connecting)).IsFinal);
    }

    [TestMethod]
    public async Task A_login_that_a_classic_server_refuses_is_not_final()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using ServerClient zoe = await server.ConnectAsync("zoe", _guard);
        LoginException e = await Assert.ThrowsExactlyAsync<LoginException>(() => server.ConnectAsync("zoe", _guard, options =>
            (options.Protocol, options.Password) = (ClientProtocol.Classic, "wrong")));

        Assert.IsFalse(e.IsFinal);
    }

    private ServerClientOptions Options()
    {
        ServerClientOptions options = _server.Options;
        (options.Reconnect, options.TimeProvider, options.Jitter) = (true, _time, () => 0.5);
        return options;
    }
}
