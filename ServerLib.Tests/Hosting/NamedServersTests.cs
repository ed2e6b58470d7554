using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ServerLib.Tests.Hosting;

[TestClass]
public sealed class NamedServersTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task Two_servers_have_their_own_handlers_options_and_data()
    {
        using var folder = new TempFolder();
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(new Greeting("hello"));
        builder.Services.AddServerLib("lobby", options => options.Limits.MaxSessionsPerUser = 1)
            .OnFreePort(folder.File("lobby")).AddHandler<Greeter>();
        builder.Services.AddServerLib("game", options => options.ServerGreeting = "Play!")
            .OnFreePort(folder.File("game")).AddHandler<Greeter>();
        using IHost host = builder.Build();
        await host.StartAsync(_guard);
        ConnectionServer lobby = host.Services.GetRequiredKeyedService<ConnectionServer>("lobby");
        ConnectionServer game = host.Services.GetRequiredKeyedService<ConnectionServer>("game");

        await using ServerClient inLobby = await lobby.ConnectAsync("ada", _guard);
        await using ServerClient inGame = await game.ConnectAsync("ada", _guard);
        await using ServerClient inGameToo = await game.ConnectAsync("ada", _guard);

        // The greeter counts the connections of its own server's ledger.
        Assert.AreEqual("hello, 1", await GreetAsync(inLobby));
        Assert.AreEqual("hello, 2", await GreetAsync(inGame));
        await Assert.ThrowsExactlyAsync<LoginException>(() => lobby.ConnectAsync("ada", _guard));
        Assert.AreEqual("Play!", host.Services.GetRequiredService<IOptionsMonitor<ServerOptions>>().Get("game").ServerGreeting);
        Assert.HasCount(2, host.Services.GetRequiredKeyedService<IConnectionLedger>("game").Connections.ToArray());
        await host.StopAsync(_guard);
        foreach (string name in new[] { "lobby", "game" })
            Assert.IsTrue(File.Exists(Path.Combine(folder.File(name), "users.db")), name);
    }

    [TestMethod]
    public async Task A_named_server_does_not_use_the_parts_of_the_other()
    {
        using var folder = new TempFolder();
        var lines = new List<string>();
        var services = new ServiceCollection();
        services.AddServerLib().OnFreePort(folder.File("main"));
        services.AddServerLib("lobby").OnFreePort(folder.File("lobby"))
            .Use<ILog>(new DelegateLog(lines.Add))
            .Use<IAuthenticator, Everyone>();
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.IsInstanceOfType<Everyone>(provider.GetRequiredKeyedService<IAuthenticator>("lobby"));
        Assert.IsInstanceOfType<Authenticator>(provider.GetRequiredService<IAuthenticator>());
        Assert.AreNotSame(provider.GetRequiredService<IConnectionLedger>(), provider.GetRequiredKeyedService<IConnectionLedger>("lobby"));
        Assert.IsInstanceOfType<DelegateLog>(provider.GetRequiredKeyedService<ILog>("lobby"));
        Assert.IsInstanceOfType<Log>(provider.GetRequiredService<ILog>());
    }

    [TestMethod]
    public void A_named_servers_data_folder_carries_its_name()
    {
        var services = new ServiceCollection();
        services.AddServerLib("lobby");
        services.AddServerLib("game", new ConfigurationBuilder().AddInMemoryCollection([new("Game:Port", "9001")]).Build().GetSection("Game"));
        using ServiceProvider provider = services.BuildServiceProvider();
        IOptionsMonitor<ServerOptions> options = provider.GetRequiredService<IOptionsMonitor<ServerOptions>>();

        Assert.AreEqual("serverlib-data-lobby", options.Get("lobby").DataDirectory);
        Assert.AreEqual(("serverlib-data-game", 9001), (options.Get("game").DataDirectory, options.Get("game").Port));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("../up")]
    [DataRow("a b")]
    public void A_name_that_is_not_a_word_is_refused(string name) =>
        Assert.ThrowsExactly<ArgumentException>(() => new ServiceCollection().AddServerLib(name));

    [TestMethod]
    public void A_server_that_is_added_twice_is_one_server()
    {
        var services = new ServiceCollection();
        IServerLibBuilder first = services.AddServerLib("lobby", options => options.Port = 1);
        IServerLibBuilder second = services.AddServerLib("lobby", options => options.MaxClients = 2);

        Assert.AreSame(first, second);
        Assert.AreEqual(1, services.Count(service => service.ServiceType == typeof(IHostedService)));
    }

    private async Task<string> GreetAsync(ServerClient client)
    {
        await client.SendAsync("hi", _guard);
        return (await client.NextAsync(_guard)).Text;
    }

    private sealed record Greeting(string Text);

    private sealed class Greeter(Greeting greeting, IConnectionLedger ledger) : IMessageHandler
    {
        public ValueTask OnMessageAsync(Connection connection, Message message, CancellationToken cancellationToken)
        {
            connection.TrySend("greeter", $"{greeting.Text}, {ledger.Count}");
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Everyone : IAuthenticator
    {
        public ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
            new(LoginResult.Ok(credentials.Username));
    }
}
