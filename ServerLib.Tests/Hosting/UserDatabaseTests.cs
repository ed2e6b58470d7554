using Microsoft.Extensions.DependencyInjection;
using Moq;
using ServerLib.Server;
using ServerLib.Tests.Compact;

namespace ServerLib.Tests.Hosting;

[TestClass]
public sealed class UserDatabaseTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task LiteDB_provides_all_abilities_by_default()
    {
        using var folder = new TempFolder();
        await using var server = ServerLibServer.Create(b => b.OnFreePort(folder.Path));

        Assert.IsInstanceOfType<LiteDbUserDatabase>(server.Services.GetRequiredService<IUserDatabase>());
        Assert.AreSame<object>(server.Services.GetRequiredService<IUserDatabase>(), server.Services.GetService<IUserKeys>());
        Assert.AreSame<object>(server.Services.GetRequiredService<IUserDatabase>(), server.Services.GetService<IUserAdministration>());
        Assert.AreSame<object>(server.Services.GetRequiredService<IUserDatabase>(), server.Services.GetService<IBanDatabase>());
    }

    [TestMethod]
    public async Task An_application_with_its_own_authenticator_has_no_user_database()
    {
        using var folder = new TempFolder();
        await using var server = ServerLibServer.Create(b => b.OnFreePort(folder.Path).UseAuthenticator<Everyone>());
        await server.StartAsync(_guard);
        await using ServerClient ada = await server.Services.GetRequiredService<ConnectionServer>().ConnectAsync("ada", _guard);

        await ada.DisposeAsync();
        await server.StopAsync(_guard);

        Assert.IsEmpty(Directory.GetFiles(folder.Path, "users*"));
        Assert.IsNull(server.Services.GetService<IUserAdministration>());
        Assert.IsNull(server.Services.GetService<IUserKeys>());
        Assert.IsNull(server.Services.GetService<IBanDatabase>());
    }

    [TestMethod]
    public async Task A_database_that_is_not_there_says_how_to_have_one()
    {
        using var folder = new TempFolder();
        await using var server = ServerLibServer.Create(b => b.OnFreePort(folder.Path).UseAuthenticator<Everyone>());
        IUserDatabase database = server.Services.GetRequiredService<IUserDatabase>();

        ServerLibException e = await Assert.ThrowsExactlyAsync<ServerLibException>(async () => await database.HasUserAsync("ada", _guard));

        Assert.Contains("UseUserDatabase<LiteDbUserDatabase>()", e.Message);
    }

    [TestMethod]
    public async Task An_authenticator_can_be_combined_with_LiteDB()
    {
        using var folder = new TempFolder();
        await using var server = ServerLibServer.Create(b => b
            .OnFreePort(folder.Path).UseAuthenticator<Everyone>().UseUserDatabase<LiteDbUserDatabase>());
        await server.StartAsync(_guard);

        Assert.IsTrue(File.Exists(folder.File("users.db")));
        Assert.IsNotNull(server.Services.GetService<IUserAdministration>());
    }

    [TestMethod]
    public async Task LiteDB_provides_no_abilities_for_another_database()
    {
        using var folder = new TempFolder();
        await using var server = ServerLibServer.Create(b => b.OnFreePort(folder.Path).Services.AddSingleton(Mock.Of<IUserDatabase>()));

        Assert.IsNull(server.Services.GetService<IUserKeys>());
        Assert.IsNull(server.Services.GetService<IUserAdministration>());
        Assert.IsNull(server.Services.GetService<IBanDatabase>());
        Assert.IsEmpty(Directory.GetFiles(folder.Path, "users*"));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("lobby")]
    public void The_abilities_of_another_database_are_those_that_it_implements(string name)
    {
        var services = new ServiceCollection();
        IServerLibBuilder builder = name.Length == 0 ? services.AddServerLib() : services.AddServerLib(name);
        builder.UseUserDatabase<WithBans>();
        using ServiceProvider provider = services.BuildServiceProvider();
        object? key = name.Length == 0 ? null : name;

        var database = (WithBans)provider.GetRequiredKeyedService<IUserDatabase>(key);
        Assert.AreSame<object>(database, provider.GetKeyedService<IBanDatabase>(key));
        Assert.IsNull(provider.GetKeyedService<IUserKeys>(key));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("lobby")]
    public void A_second_database_replaces_the_first_with_all_its_abilities(string name)
    {
        var services = new ServiceCollection();
        IServerLibBuilder builder = name.Length == 0 ? services.AddServerLib() : services.AddServerLib(name);
        IUserKeys keys = Mock.Of<IUserKeys>();
        builder.UseUserDatabase<WithBans>().UseUserDatabase<OpenDatabase>().Use(keys);
        using ServiceProvider provider = services.BuildServiceProvider();
        object? key = name.Length == 0 ? null : name;

        Assert.IsInstanceOfType<OpenDatabase>(provider.GetRequiredKeyedService<IUserDatabase>(key));
        Assert.IsNull(provider.GetKeyedService<IBanDatabase>(key));
        Assert.AreSame(keys, provider.GetKeyedService<IUserKeys>(key));
    }

    [TestMethod]
    public void A_database_that_is_registered_later_has_no_abilities_of_the_first()
    {
        var services = new ServiceCollection();
        services.AddServerLib().UseUserDatabase<WithBans>().Use(Mock.Of<IUserDatabase>());
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.IsNull(provider.GetService<IBanDatabase>());
    }

    private sealed class Everyone : IAuthenticator
    {
        public ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default) =>
            new(LoginResult.Ok(credentials.Username));
    }

    private sealed class WithBans : IUserDatabase, IBanDatabase
    {
        public ValueTask<bool> HasUserAsync(string username, CancellationToken cancellationToken = default) => new(true);

        public ValueTask<LoginResult> CreateNewUserAsync(Credentials credentials, CancellationToken cancellationToken = default) => default;

        public ValueTask<LoginResult> AuthenticateUserAsync(Credentials credentials, CancellationToken cancellationToken = default) => default;

        public ValueTask<IReadOnlyList<Ban>> GetBansAsync(CancellationToken cancellationToken = default) => new([]);

        public ValueTask AddBanAsync(Ban ban, CancellationToken cancellationToken = default) => default;

        public ValueTask<bool> RemoveBanAsync(string target, CancellationToken cancellationToken = default) => default;
    }
}
