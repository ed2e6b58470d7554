using Microsoft.Extensions.DependencyInjection;

namespace ServerLib.Testing.Contracts;

/// <summary>Servers whose routers act as one, and users that are logged in to them.</summary>
internal sealed class RouterScene : IAsyncDisposable
{
    public const string Fence = "contract-fence";
    public const string News = "contract-news";

    /// <summary>Whose messages the rules are about. It is not logged in.</summary>
    public const string Sender = "zed";

    private readonly List<TestServer> _servers = [];
    private readonly List<RouterUser> _users = [];

    private RouterScene()
    {
    }

    /// <summary>Whether there is one server. Then a report counts all recipients.</summary>
    public bool IsSingle => _servers.Count == 1;

    public IServiceProvider Services => _servers[0].Services;

    public static async ValueTask<RouterScene> StartAsync(Func<Task<TestServer>> start, int servers)
    {
        var scene = new RouterScene();
        for (int i = 0; i < servers; i++)
            scene._servers.Add(await start());
        return scene;
    }

    /// <summary>Logs users in, each to the next of the servers.</summary>
    public async Task<RouterUser[]> ConnectAsync(params string[] names)
    {
        var users = new RouterUser[names.Length];
        for (int i = 0; i < names.Length; i++)
            users[i] = await ConnectAsync(_servers[_users.Count % _servers.Count], names[i]);
        return users;
    }

    /// <summary>Sends a message to everyone that ends what a sender has sent.</summary>
    public static async Task EndAsync(RouterUser from, string sender = Sender) => await from.Router.SendToAllAsync(sender, Fence);

    /// <summary>On one server, a report counts everyone who gets the message.</summary>
    public void ExpectDelivered(int expected, SendReport report, string what)
    {
        if (IsSingle)
            Expect.Equal(expected, report.Delivered, $"Delivered in the report of {what}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RouterUser user in _users)
            await user.DisposeAsync();
        foreach (TestServer server in _servers)
            await server.DisposeAsync();
    }

    private async Task<RouterUser> ConnectAsync(TestServer server, string name)
    {
        IConnectionLedger ledger = server.Services.GetRequiredService<IConnectionLedger>();
        Connection[] before = [.. ledger.Find(name)];
        Task? running = null;
        var client = new ServerClient(new ServerClientOptions
        {
            UserName = name,
            Password = "password",
            AllowPlaintextPassword = true,
            ConnectCallback = _ => new(new DuplexPipeStream(server.Open(null, out running))),
        });
        await client.ConnectAsync();

        // The answer says that the login is complete.
        await client.PingAsync();
        Connection connection = ledger.Find(name).Except(before).Single();
        var user = new RouterUser(client, server.Services.GetRequiredService<IMessageRouter>(), connection, running!);
        _users.Add(user);
        return user;
    }
}
