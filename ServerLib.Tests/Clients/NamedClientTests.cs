using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moq;

namespace ServerLib.Tests.Clients;

/// <summary>Clients that are registered in a container.</summary>
[TestClass]
public sealed class NamedClientTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task Named_clients_connect_when_used_and_are_disposed_with_the_container()
    {
        await using RunningServer server = await RunningServer.StartAsync(services: Handled.By<Echo>);
        var logger = new ClientLogRecorder();
        ServiceProvider container = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(logger)
            .AddSingleton(new Account("ada"))
            .AddServerLibClient("lobby", (services, options) => Configure(options, services.GetRequiredService<Account>().Name))
            .AddServerLibClient("chess", options => Configure(options, "bob"))
            .BuildServiceProvider();
        IServerClient injected = container.GetRequiredKeyedService<IServerClient>("lobby");
        Assert.AreEqual(ServerClientState.Closed, injected.State);

        IServerClientFactory factory = container.GetRequiredService<IServerClientFactory>();
        IServerClient lobby = await factory.GetAsync("lobby", _guard);
        Assert.AreEqual("hello", (await lobby.RequestAsync("hello", cancellationToken: _guard)).Text);
        Assert.AreSame(injected, lobby);
        Assert.AreSame(lobby, await factory.GetAsync("lobby", _guard));
        Assert.AreEqual(("ada", "bob"), (lobby.Alias, (await factory.GetAsync("chess", _guard)).Alias));
        Assert.IsTrue(logger.Lines.Any(line => line.StartsWith("Information: Connected", StringComparison.Ordinal)));

        await container.DisposeAsync();
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(async () => await lobby.SendAsync("?", _guard));

        void Configure(ServerClientOptions options, string name) =>
            (options.EndPoint, options.UserName, options.Password) = (server.EndPoint, name, "s3cret pass");
    }

    [TestMethod]
    public async Task A_named_client_that_was_closed_connects_again_when_used()
    {
        using var server = new ScriptedServer();
        await using ServiceProvider container = new ServiceCollection()
            .AddServerLibClient("lobby", options => (options.EndPoint, options.UserName, options.Password) = (server.EndPoint, "zoe", "x"))
            .BuildServiceProvider();
        IServerClientFactory factory = container.GetRequiredService<IServerClientFactory>();
        Task<IServerClient> getting = factory.GetAsync("lobby", _guard);
        (await server.AcceptAsync(_guard)).Dispose();
        await Assert.ThrowsExactlyAsync<ServerClientException>(() => getting);

        getting = factory.GetAsync("lobby", _guard);
        using ScriptedCompactPeer peer = await server.AcceptAsync(_guard);
        await peer.LogInAsync();
        Assert.AreEqual("Zoe", (await getting).Alias);
        peer.Dispose();
    }

    [TestMethod]
    public async Task An_unknown_name_and_a_name_that_is_taken_are_refused()
    {
        IServiceCollection services = new ServiceCollection().AddServerLibClient("lobby", _ => { });
        Assert.ThrowsExactly<InvalidOperationException>(() => services.AddServerLibClient("lobby", _ => { }));
        await using ServiceProvider container = services.BuildServiceProvider();
        IServerClientFactory factory = container.GetRequiredService<IServerClientFactory>();

        StringAssert.Contains(
            (await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => factory.GetAsync("chess", _guard))).Message, "'chess'");
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => factory.GetAsync("lobby", _guard));
    }

    [TestMethod]
    public async Task An_application_can_be_tested_with_a_mock_of_the_client()
    {
        var client = new Mock<IServerClient>();
        client.Setup(c => c.RequestAsync(It.IsAny<ReadOnlyMemory<byte>>(), null, _guard)).ReturnsAsync(new Response("pong"));
        await using ServiceProvider container = new ServiceCollection().AddKeyedSingleton("lobby", client.Object).BuildServiceProvider();

        IServerClient injected = container.GetRequiredKeyedService<IServerClient>("lobby");
        Assert.AreEqual("pong", (await injected.RequestAsync("ping", cancellationToken: _guard)).Text);
    }

    private sealed record Account(string Name);
}
