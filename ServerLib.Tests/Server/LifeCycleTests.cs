using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace ServerLib.Tests.Server;

/// <summary>Tests starting, stopping and disposing a server in unusual orders.</summary>
[TestClass]
public sealed class LifeCycleTests : IDisposable
{
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
            (await Assert.ThrowsExactlyAsync<ServerLibException>(() => server.StartAsync(second))).Message, "started before");
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

        await Assert.ThrowsExactlyAsync<ServerLibException>(() => server.StartAsync(second));
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
        listener.Connect("203.0.113.7");
        await _log.WaitForAsync("[ CONNECTION - ATTEMPT ]", _guard);

        server.Dispose();
        server.Dispose();
    }

    private ConnectionServer Create() => new(TestContexts.Create(_options, _services, new FakeTimeProvider()) with { Log = _log });
}
