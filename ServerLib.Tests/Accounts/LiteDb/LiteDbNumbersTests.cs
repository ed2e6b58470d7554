using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Tests.Cli.Chat;

namespace ServerLib.Tests.Accounts;

/// <summary>Connections, broadcasts, and the audit that shows them.</summary>
[TestClass]
public sealed class LiteDbNumbersTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task The_audit_has_the_format_of_the_existing_system()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open();
        await database.CreateNewUserAsync(new("Zoë", "secret", AccountsFolder.Address(1)), _guard);
        await database.AuthenticateUserAsync(new("zoë", "wrong", new IPEndPoint(IPAddress.Loopback.MapToIPv6(), 2)), _guard);
        await database.AuthenticateUserAsync(new("zoë", "secret", new IPEndPoint(IPAddress.IPv6Loopback, 3)), _guard);
        await database.LogConnectionAsync("Zoë", AccountsFolder.Address(52814), _guard);
        await database.UpdateStatsAsync("Zoë", 7, _guard);
        await database.CreateNewUserAsync(new("bob", "secret"), _guard);

        using var output = new MemoryStream();
        await database.AuditAsync(output, _guard);
        const string Expected = """
            {
                "users": {
                    "Zoë": {
                        "alias": "Zoë",
                        "ip_ledger": {
                            "addr_list_ATTEMPT": [
                                [
                                    "127.0.0.1",
                                    2
                                ],
                                [
                                    "::1",
                                    3
                                ]
                            ],
                            "addr_list_SUCCESS": [
                                [
                                    "127.0.0.1",
                                    52814
                                ]
                            ],
                            "addr_active": [
                                "127.0.0.1",
                                52814
                            ]
                        },
                        "credentials": {
                            "username": "Zoë",
                            "password": "",
                            "ip_addr": [
                                "127.0.0.1",
                                1
                            ]
                        },
                        "statistics": {
                            "active_connections": 1,
                            "successful_broadcast_count": 7,
                            "logon_count": 1,
                            "logoff_count": 0
                        }
                    },
                    "bob": {
                        "alias": "bob",
                        "ip_ledger": {
                            "addr_list_ATTEMPT": [],
                            "addr_list_SUCCESS": [],
                            "addr_active": ""
                        },
                        "credentials": {
                            "username": "bob",
                            "password": "",
                            "ip_addr": ""
                        },
                        "statistics": {
                            "active_connections": 0,
                            "successful_broadcast_count": 0,
                            "logon_count": 0,
                            "logoff_count": 0
                        }
                    }
                }
            }
            """;
        Assert.AreEqual(Expected, Encoding.UTF8.GetString(output.ToArray()));
        Assert.IsTrue(output.CanWrite);
    }

    [TestMethod]
    public async Task The_audit_contains_no_account_or_several_hundred()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open();
        Assert.IsEmpty(await AccountsFolder.AuditAsync(database, _guard));
        string[] names = [.. Enumerable.Range(0, 250).Select(i => $"user{i}")];
        await Task.WhenAll(names.Select(name => database.CreateNewUserAsync(new(name, "secret"), _guard).AsTask()));
        CollectionAssert.AreEquivalent(names, (await AccountsFolder.AuditAsync(database, _guard)).Keys);
    }

    [TestMethod]
    public async Task A_logoff_clears_the_active_address_even_if_another_connection_stays()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open();
        await database.CreateNewUserAsync(new("alice", "secret"), _guard);
        await database.LogConnectionAsync("alice", AccountsFolder.Address(1), _guard);
        await database.LogConnectionAsync("ALICE", AccountsFolder.Address(2), _guard);
        await database.LogDisconnectionAsync("Alice", _guard);

        JsonElement alice = (await AccountsFolder.AuditAsync(database, _guard))["alice"];
        Assert.AreEqual("", alice.GetProperty("ip_ledger").GetProperty("addr_active").GetString());
        Assert.AreEqual("1 0 2 1", await AccountsFolder.NumbersAsync(database, "alice", _guard));
    }

    [TestMethod]
    public async Task Address_lists_keep_the_newest_hundred_while_the_counters_go_on()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open();
        await database.CreateNewUserAsync(new("alice", "secret"), _guard);
        for (int i = 1; i <= 120; i++)
        {
            ValueTask<LoginResult> attempt = database.AuthenticateUserAsync(new("alice", "secret", AccountsFolder.Address(i)), _guard);
            ValueTask logon = database.LogConnectionAsync("alice", AccountsFolder.Address(i), _guard);
            await attempt;
            await logon;
        }

        JsonElement ledger = (await AccountsFolder.AuditAsync(database, _guard))["alice"].GetProperty("ip_ledger");
        foreach (string list in (string[])["addr_list_ATTEMPT", "addr_list_SUCCESS"])
        {
            int[] ports = [.. ledger.GetProperty(list).EnumerateArray().Select(address => address[1].GetInt32())];
            CollectionAssert.AreEqual(Enumerable.Range(21, 100).ToArray(), ports);
        }

        Assert.AreEqual("120 0 120 0", await AccountsFolder.NumbersAsync(database, "alice", _guard));
    }

    [TestMethod]
    public async Task Connections_that_were_open_at_a_kill_count_as_logged_off()
    {
        using var folder = new AccountsFolder();
        LiteDbUserDatabase killed = folder.Open();
        await killed.CreateNewUserAsync(new("alice", "secret"), _guard);
        for (int i = 0; i < 3; i++)
            await killed.LogConnectionAsync("alice", AccountsFolder.Address(i), _guard);
        await killed.LogDisconnectionAsync("alice", _guard);
        folder.Kill();
        await killed.DisposeAsync();

        await using LiteDbUserDatabase database = folder.Open();
        Assert.AreEqual("0 0 3 3", await AccountsFolder.NumbersAsync(database, "alice", _guard));
        JsonElement ledger = (await AccountsFolder.AuditAsync(database, _guard))["alice"].GetProperty("ip_ledger");
        Assert.AreEqual("", ledger.GetProperty("addr_active").GetString());
    }

    [TestMethod]
    public async Task Purge_logs_off_all_connections_and_a_later_logoff_does_not_count()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open();
        string[] names = [.. Enumerable.Range(0, 150).Select(i => $"user{i}")];
        await Task.WhenAll(names.Select(async name =>
        {
            await database.CreateNewUserAsync(new(name, "secret"), _guard);
            await database.LogConnectionAsync(name, AccountsFolder.Address(1), _guard);
            await database.LogConnectionAsync(name, AccountsFolder.Address(2), _guard);
        }));
        await database.PurgeAsync(_guard);
        await database.LogDisconnectionAsync("user7", _guard);

        foreach (JsonElement user in (await AccountsFolder.AuditAsync(database, _guard)).Values)
        {
            JsonElement numbers = user.GetProperty("statistics");
            Assert.AreEqual(0, numbers.GetProperty("active_connections").GetInt64());
            Assert.AreEqual(2, numbers.GetProperty("logoff_count").GetInt64());
        }
    }

    [TestMethod]
    public async Task Broadcasts_are_saved_every_five_seconds_and_on_disposal()
    {
        using var folder = new AccountsFolder();
        var time = new FakeTimeProvider();
        LiteDbUserDatabase first = folder.Open(time);
        await first.CreateNewUserAsync(new("alice", "secret"), _guard);
        await first.UpdateStatsAsync("alice", 2, _guard);
        await first.UpdateStatsAsync("ALICE", 3, _guard);
        await first.UpdateStatsAsync("nobody", 1, _guard);
        time.Advance(TimeSpan.FromSeconds(5));
        await first.HasUserAsync("alice", _guard);
        folder.Kill();
        await first.DisposeAsync();

        LiteDbUserDatabase second = folder.Open(time);
        Assert.AreEqual("0 5 0 0", await AccountsFolder.NumbersAsync(second, "alice", _guard));
        await second.UpdateStatsAsync("alice", 4, _guard);
        await second.DisposeAsync();
        await using LiteDbUserDatabase third = folder.Open(time);
        Assert.AreEqual("0 9 0 0", await AccountsFolder.NumbersAsync(third, "alice", _guard));
    }

    [TestMethod]
    public async Task A_logon_of_an_unknown_user_changes_nothing()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open();
        await database.CreateNewUserAsync(new("alice", "secret"), _guard);
        Task[] unknown =
            [.. Enumerable.Range(0, 20).Select(i => database.LogConnectionAsync("nobody", AccountsFolder.Address(i), _guard).AsTask())];
        Task alice = database.LogConnectionAsync("alice", AccountsFolder.Address(1), _guard).AsTask();
        await Task.WhenAll(unknown);
        await alice;
        await database.LogDisconnectionAsync("nobody", _guard);
        Assert.IsFalse(await database.HasUserAsync("nobody", _guard));
        Assert.AreEqual("1 0 1 0", await AccountsFolder.NumbersAsync(database, "alice", _guard));
        Assert.IsTrue(database.IsHealthy);
    }
}
