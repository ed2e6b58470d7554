using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServerLib.Administration;
using ServerLib.Server;

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
    [DataRow("")]
    [DataRow("lobby")]
    public void A_server_can_not_be_added_twice(string name)
    {
        var services = new ServiceCollection();
        Add();

        InvalidOperationException e = Assert.ThrowsExactly<InvalidOperationException>(Add);

        Assert.Contains(name.Length == 0 ? "without a name" : "with the name 'lobby'", e.Message);
        Assert.Contains("give each a name: AddServerLib(\"lobby\")", e.Message);

        void Add() => _ = name.Length == 0 ? services.AddServerLib() : services.AddServerLib(name);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("lobby")]
    public void A_second_handler_is_refused(string name)
    {
        Refuses(b => b.AddHandler<ChatRoom>().AddHandler<ChatRoom>());
        Refuses(b => b.AddHandler<ChatRoom>().OnMessage((_, _) => { }));
        Refuses(b => b.OnMessage((_, _) => { }).AddHandler<ChatRoom>());
        Refuses(b => b.OnMessage((_, _) => { }).OnConnected((_, _) => default).OnMessage((_, _) => { }));
        Refuses(b => b.OnConnected((_, _) => default).OnConnected((_, _) => default));
        Refuses(b => b.OnDisconnected((_, _) => default).OnDisconnected((_, _) => default));

        void Refuses(Action<IServerLibBuilder> configure)
        {
            var services = new ServiceCollection();
            IServerLibBuilder builder = name.Length == 0 ? services.AddServerLib() : services.AddServerLib(name);
            Assert.ThrowsExactly<InvalidOperationException>(() => configure(builder));
        }
    }

    [TestMethod]
    public void Admin_commands_of_two_servers_have_options_of_their_own()
    {
        var services = new ServiceCollection();
        services.AddServerLib().AddAdministration(options => options.WorkingDirectory = "/main");
        services.AddServerLib("lobby").AddAdministration(options => options.WorkingDirectory = "/lobby");
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.AreEqual("/main", provider.GetRequiredService<IOptions<AdministrationOptions>>().Value.WorkingDirectory);
        Assert.AreEqual("/lobby", provider.GetRequiredKeyedService<IOptions<AdministrationOptions>>("lobby").Value.WorkingDirectory);
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
