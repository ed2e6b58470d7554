using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.PostgreSql;

/// <summary>Several host processes with one PostgreSQL.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class PostgreSqlHostTests : IAsyncDisposable
{
    private readonly CancellationToken _guard = Guard.ForPrograms();
    private readonly List<DataFolder> _folders = [];
    private readonly List<ProgramProcess> _hosts = [];
    private PostgresServer _server = null!;
    private string _connection = "";

    [TestInitialize]
    public async Task StartAsync()
    {
        _server = await PostgresServer.StartAsync(_guard);
        _connection = await _server.CreateDatabaseAsync(_guard);
    }

    [TestMethod]
    public async Task An_account_of_one_server_logs_in_to_another()
    {
        ProgramProcess one = await StartHostAsync();
        ProgramProcess two = await StartHostAsync();
        using ClassicClient registering = await ClassicClient.ConnectAsync(one.EndPoint, _guard);
        Assert.AreEqual("OK", await registering.LoginAsync("ada", "secret", _guard));
        using ClassicClient guessing = await ClassicClient.ConnectAsync(two.EndPoint, _guard);
        Assert.AreEqual("FAILURE", await guessing.LoginAsync("ada", "guess", _guard));
        using ClassicClient ada = await ClassicClient.ConnectAsync(two.EndPoint, _guard);
        Assert.AreEqual("OK", await ada.LoginAsync("ada", "secret", _guard));
    }

    [TestMethod]
    public async Task Connected_users_chat_while_the_database_hangs_and_logins_work_after_it()
    {
        ProgramProcess host = await StartHostAsync();
        using ClassicClient ada = await ClassicClient.JoinAsync(host.EndPoint, "ada", _guard);
        using ClassicClient bob = await ClassicClient.JoinAsync(host.EndPoint, "bob", _guard);
        await ada.ReceiveUntilAsync("bob: [ CONNECTED ]", _guard);
        _server.Freeze();
        using (ClassicClient carol = await ClassicClient.ConnectAsync(host.EndPoint, _guard))
            Assert.AreNotEqual("OK", await carol.LoginAsync("carol", "secret", _guard));
        await host.WaitForErrorAsync("PostgreSQL failed: It does not answer in time.", _guard);
        await ada.SendAsync("still here", _guard);
        await bob.ReceiveUntilAsync("ada: still here", _guard);
        await host.CommandAsync("status", _guard);
        await host.WaitForLineAsync("It does not answer in time.", _guard);

        _server.Thaw();
        await host.WaitForErrorAsync("PostgreSQL works again.", _guard);
        using ClassicClient dora = await ClassicClient.ConnectAsync(host.EndPoint, _guard);
        Assert.AreEqual("OK", await dora.LoginAsync("dora", "secret", _guard));
    }

    [TestMethod]
    public async Task Acknowledged_registrations_survive_kills_of_servers_and_of_the_database()
    {
        var attempted = new ConcurrentQueue<string>();
        var acknowledged = new ConcurrentDictionary<string, bool>();
        ProgramProcess stays = await StartHostAsync();
        for (int round = 0; round < 3; round++)
        {
            ProgramProcess killed = await StartHostAsync();
            using var enough = new SemaphoreSlim(0);
            Task[] registering =
            [
                .. Enumerable.Range(0, 4).Select(lane => RegisterUntilLostAsync(
                    lane % 2 == 0 ? killed : stays, $"r{round}-{lane}", attempted, acknowledged, enough)),
            ];
            for (int i = 0; i < 10; i++)
                await enough.WaitAsync(_guard);
            await _server.KillAsync(_guard);
            await killed.KillAsync();
            await Task.WhenAll(registering);
            await _server.StartAgainAsync(_guard);
            await stays.WaitForErrorAsync("PostgreSQL works again.", _guard);
        }

        foreach (string name in attempted)
        {
            using ClassicClient client = await ClassicClient.ConnectAsync(stays.EndPoint, _guard);
            bool isKept = acknowledged.ContainsKey(name);
            if (isKept)
                Assert.AreEqual("FAILURE", await client.LoginAsync(name, "another", _guard), $"{name} was not kept");
            Assert.AreEqual("OK", await client.LoginAsync(name, $"secret of {name}", _guard), $"{name}, acknowledged: {isKept}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ProgramProcess host in _hosts)
            await host.DisposeAsync();
        _server?.Dispose();
        foreach (DataFolder folder in _folders)
            folder.Dispose();
    }

    private async Task<ProgramProcess> StartHostAsync()
    {
        var folder = new DataFolder();
        _folders.Add(folder);
        using RSA key = ClientKeys.Next();
        folder.PutServerKey(key);
        ProgramProcess host = await HostProcess.StartAsync(
            folder, _guard, "--ServerLib:Accounts:Provider", "PostgreSql", $"--ConnectionStrings:ServerLib={_connection}");
        _hosts.Add(host);
        return host;
    }

    private async Task RegisterUntilLostAsync(
        ProgramProcess host, string lane, ConcurrentQueue<string> attempted, ConcurrentDictionary<string, bool> acknowledged, SemaphoreSlim counter)
    {
        try
        {
            for (int i = 0; ; i++)
            {
                string name = $"{lane}-{i}";
                attempted.Enqueue(name);
                using ClassicClient client = await ClassicClient.ConnectAsync(host.EndPoint, _guard);
                if (await client.LoginAsync(name, $"secret of {name}", _guard) != "OK")
                    return;
                acknowledged[name] = true;
                counter.Release();
            }
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidDataException)
        {
            // The host was killed.
        }
    }
}
