using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using ServerLib.Server;
using ServerLib.Tests.Compact;
using ServerLib.Transport;

namespace ServerLib.Tests.Server;

/// <summary>How a server shows that it does not hang.</summary>
[TestClass]
public sealed class PingTests : IAsyncDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly Mock<IUserDatabase> _database = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddScoped(_ => Mock.Of<IMessageHandler>()).BuildServiceProvider();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [TestMethod]
    [DataRow(TransportKind.Automatic)]
    [DataRow(TransportKind.Portable)]
    public async Task A_server_answers_pings_and_goes_on_accepting(TransportKind transport)
    {
        await using RunningServer server = await RunningServer.StartAsync(options =>
        {
            options.Transport = transport;
            options.EventLoops = 3;
        });

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => server.Server.PingAsync(_guard)));
        using CompactClient client = await CompactClient.ConnectAsync(server.EndPoint);
        await client.JoinAsync("ada");
        await server.Server.PingAsync(_guard);
    }

    [TestMethod]
    public async Task A_ping_waits_for_a_database_that_hangs()
    {
        var answer = new TaskCompletionSource();
        _database.Setup(d => d.PingAsync(It.IsAny<CancellationToken>())).Returns(new ValueTask(answer.Task));
        await using ConnectionServer server = await StartAsync(new PipeListener());

        Task ping = server.PingAsync(_guard);
        Assert.IsFalse(ping.IsCompleted);
        await Assert.ThrowsAsync<OperationCanceledException>(() => server.PingAsync(new CancellationToken(canceled: true)));

        answer.SetResult();
        await ping;
    }

    [TestMethod]
    public async Task A_database_that_fails_answers_a_ping()
    {
        _database.Setup(d => d.PingAsync(It.IsAny<CancellationToken>())).Throws(new ServerLibException("The disk is full."));
        await using ConnectionServer server = await StartAsync(new PipeListener());

        await server.PingAsync(_guard);
    }

    [TestMethod]
    public async Task A_ping_waits_for_an_accept_loop_that_hangs()
    {
        using var listener = new HangingListener();
        await using ConnectionServer server = await StartAsync(listener);

        Task ping = server.PingAsync(_guard);
        await listener.IsWaiting.Task.WaitAsync(_guard);
        Assert.IsFalse(ping.IsCompleted);

        listener.Release();
        await ping;
    }

    [TestMethod]
    public async Task A_ping_waits_for_the_threads_of_a_listener()
    {
        using var listener = new HangingListener { Threads = new TaskCompletionSource() };
        listener.Release();
        await using ConnectionServer server = await StartAsync(listener);

        Task ping = server.PingAsync(_guard);
        Assert.IsFalse(ping.IsCompleted);

        listener.Threads.SetResult();
        await ping;
    }

    [TestMethod]
    public async Task A_server_that_has_not_started_answers_no_ping()
    {
        await using var server = new ConnectionServer(TestContexts.Create(new ServerOptions(), _services, TimeProvider.System));

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => server.PingAsync(_guard));
    }

    private async Task<ConnectionServer> StartAsync(IConnectionListener listener)
    {
        var options = new ServerOptions { ShutdownTimeout = TimeSpan.Zero };
        var server = new ConnectionServer(
            TestContexts.Create(options, _services, TimeProvider.System) with { Database = _database.Object });
        await server.StartAsync(listener);
        return server;
    }

    /// <summary>Ignores that its caller cancels, until it is released.</summary>
    private sealed class HangingListener : IConnectionListener
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint? LocalEndPoint => null;

        public TaskCompletionSource IsWaiting { get; } = new();

        public TaskCompletionSource? Threads { get; init; }

        public void Release() => _released.TrySetResult();

        public Task PingAsync() => Threads?.Task ?? Task.CompletedTask;

        public async ValueTask<TransportConnection> AcceptAsync(CancellationToken cancellationToken)
        {
            IsWaiting.TrySetResult();
            await _released.Task;
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException();
        }

        public void Dispose()
        {
        }
    }
}
