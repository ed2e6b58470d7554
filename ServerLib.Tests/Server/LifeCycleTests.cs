using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Server;
using ServerLib.Testing;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Server;

/// <summary>Tests starting, stopping and disposing a server in unusual orders.</summary>
[TestClass]
public sealed class LifeCycleTests : IDisposable
{
    private static readonly ConnectionFacts Facts = new(new IPEndPoint(IPAddress.Loopback, 1));

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly LogLines _log = new();
    private readonly ServerOptions _options = new() { ShutdownTimeout = TimeSpan.Zero };
    private readonly ServiceProvider _services = new ServiceCollection().AddScoped(_ => Mock.Of<IMessageHandler>()).BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [TestMethod]
    public async Task A_second_start_fails_and_the_server_goes_on_accepting()
    {
        using ConnectionServer server = Create();
        using PipeListener listener = new(), second = new();
        await server.StartAsync(listener);

        StringAssert.Contains(
            (await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => server.StartAsync(second))).Message, "started already");
        listener.Connect("203.0.113.7");
        await _log.WaitForAsync("[ CONNECTION - ATTEMPT ]", _guard);
        await server.StopAsync(_guard);
    }

    [TestMethod]
    public async Task A_start_after_a_stop_fails()
    {
        using ConnectionServer server = Create();
        using PipeListener listener = new(), second = new();
        await server.StartAsync(listener);
        await server.StopAsync(_guard);
        await server.StopAsync(_guard);

        InvalidOperationException e = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => server.StartAsync(second));
        Assert.AreEqual("The server has been stopped, and cannot be started again. Create another one.", e.Message);
        Assert.IsNull(server.EndPoint);
        Assert.IsTrue(listener.IsClosed);
    }

    [TestMethod]
    public async Task A_start_after_a_failed_start_listens()
    {
        using ConnectionServer server = Create();
        using PipeListener first = new() { IsBroken = true }, second = new();
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => server.StartAsync(first));
        Assert.IsNull(server.EndPoint);
        Assert.IsTrue(first.IsClosed);

        await server.StartAsync(second);

        Assert.AreEqual(second.LocalEndPoint, server.EndPoint);
        second.Connect("203.0.113.7");
        await _log.WaitForAsync("[ CONNECTION - ATTEMPT ]", _guard);
    }

    [TestMethod]
    public async Task A_stop_and_a_dispose_after_a_failed_start_do_nothing()
    {
        using ConnectionServer server = Create();
        using var listener = new PipeListener { IsBroken = true };
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => server.StartAsync(listener));

        await server.StopAsync(_guard);
        server.Dispose();
    }

    [TestMethod]
    public async Task Two_stops_at_once_both_wait_until_the_server_has_stopped()
    {
        var saved = new TaskCompletionSource();
        var database = new Mock<IUserDatabase>();
        database.Setup(d => d.SaveAsync(It.IsAny<CancellationToken>())).Returns(new ValueTask(saved.Task));
        using ConnectionServer server = Create(database.Object);
        using var listener = new PipeListener();
        await server.StartAsync(listener);

        Task first = server.StopAsync(_guard);
        Task second = server.StopAsync(_guard);
        Assert.IsFalse(first.IsCompleted || second.IsCompleted);
        saved.SetResult();
        await Task.WhenAll(first, second);

        database.Verify(d => d.SaveAsync(It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    public async Task A_stop_saves_the_accounts_although_the_ledger_fails()
    {
        var database = new Mock<IUserDatabase>();
        var ledger = new Mock<IConnectionLedger>();
        ledger.Setup(l => l.Purge()).Throws(new InvalidOperationException("a bug"));
        using ConnectionServer server = Create(database.Object, ledger.Object);
        using var listener = new PipeListener();
        await server.StartAsync(listener);

        await server.StopAsync(_guard);

        database.Verify(d => d.SaveAsync(It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    public async Task A_drain_or_a_connection_before_the_start_is_refused()
    {
        using ConnectionServer server = Create();

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => server.DrainAsync(_guard));
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => server.RunConnectionAsync(new PipePair().Server, Facts));
    }

    [TestMethod]
    public async Task A_drained_server_does_not_listen_and_can_be_stopped()
    {
        using ConnectionServer server = Create();
        using var listener = new PipeListener();
        await server.StartAsync(listener);
        await server.DrainAsync(_guard);
        Assert.IsNull(server.EndPoint);
        Assert.IsTrue(listener.IsClosed);

        await server.DrainAsync(_guard);
        await server.StopAsync(_guard);
        await server.DrainAsync(_guard);
    }

    [TestMethod]
    public async Task A_start_after_a_dispose_fails()
    {
        ConnectionServer server = Create();
        await server.DisposeAsync();
        using var listener = new PipeListener();

        InvalidOperationException e = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => server.StartAsync(listener));

        Assert.Contains("disposed", e.Message);
        Assert.IsNull(server.EndPoint);
        await server.StopAsync(_guard);
    }

    [TestMethod]
    public async Task A_start_after_a_stop_whose_token_was_cancelled_works()
    {
        using ConnectionServer server = Create();
        await server.StopAsync(new CancellationToken(canceled: true));
        using var listener = new PipeListener();
        await server.StartAsync(listener);

        listener.Connect("203.0.113.7");
        await _log.WaitForAsync("[ CONNECTION - ATTEMPT ]", _guard);

        Assert.AreEqual(1, server.ConnectionCount);
    }

    [TestMethod]
    public async Task A_stop_before_the_start_does_nothing()
    {
        using ConnectionServer server = Create();
        await server.StopAsync(_guard);
        using var listener = new PipeListener();
        await server.StartAsync(listener);
        listener.Connect("203.0.113.7");

        await _log.WaitForAsync("[ CONNECTION - ATTEMPT ]", _guard);
        await server.StopAsync(_guard);
    }

    [TestMethod]
    public void A_server_that_was_not_started_can_be_disposed_twice()
    {
        ConnectionServer server = Create();
        server.Dispose();
        server.Dispose();
    }

    [TestMethod]
    public async Task A_server_that_was_not_stopped_can_be_disposed()
    {
        ConnectionServer server = Create();
        using var listener = new PipeListener();
        await server.StartAsync(listener);
        var pipes = new PipePair();
        Task running = server.RunConnectionAsync(pipes.Server, Facts);
        await _log.WaitForAsync("[ CONNECTION - ATTEMPT ]", _guard);

        server.Dispose();
        server.Dispose();

        Assert.IsNull(server.EndPoint);
        Assert.IsTrue(listener.IsClosed);
        await _log.WaitForAsync("[ CONNECTION - END ]", _guard);

        // The client stays, and the clock stands still.
        await running.WaitAsync(_guard);
        Assert.AreEqual(0, server.ConnectionCount);
    }

    private ConnectionServer Create(IUserDatabase? database = null, IConnectionLedger? ledger = null)
    {
        ServerContext context = TestContexts.Create(_options, _services, new FakeTimeProvider());
        return new(context with { Log = _log, Database = database ?? context.Database, Ledger = ledger ?? context.Ledger });
    }
}
