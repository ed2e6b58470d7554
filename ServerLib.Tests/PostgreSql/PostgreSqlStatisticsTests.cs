using System.Globalization;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using ServerLib.PostgreSql;

namespace ServerLib.Tests.PostgreSql;

/// <summary>Statistics are saved together, once, and by all servers of an account.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class PostgreSqlStatisticsTests : PostgresTest
{
    private static readonly IPEndPoint Address = new(IPAddress.Loopback, 1);

    [TestMethod]
    public async Task Statistics_are_saved_after_a_second()
    {
        var time = new FakeTimeProvider();
        await using PostgreSqlUserDatabase database = Open(time);
        await database.CreateNewUserAsync(new Credentials("ada", "secret"), Token);
        await database.UpdateStatsAsync("ADA", 3, Token);
        await database.UpdateStatsAsync("ada", 4, Token);
        Assert.AreEqual(0L, await ReadAsync("SELECT count(*) FROM serverlib.account_statistics"));
        time.Advance(TimeSpan.FromSeconds(1));
        while (await ReadAsync("SELECT coalesce(sum(broadcasts), 0)::bigint FROM serverlib.account_statistics") != 7)
        {
        }
    }

    [TestMethod]
    public async Task Connections_to_two_servers_are_counted_for_each()
    {
        await using PostgreSqlUserDatabase one = Open();
        PostgreSqlUserDatabase two = Open();
        await one.CreateNewUserAsync(new Credentials("ada", "secret"), Token);
        await one.LogConnectionAsync("ada", Address, Token);
        await two.LogConnectionAsync("ada", Address, Token);
        await two.LogConnectionAsync("ada", Address, Token);
        await one.SaveAsync(Token);
        await two.SaveAsync(Token);
        Assert.AreEqual("3 0 3 0", await NumbersAsync(one, "ada"));

        // A server that stops logs off its own connections only.
        await two.PurgeAsync(Token);
        await two.DisposeAsync();
        Assert.AreEqual("1 0 3 2", await NumbersAsync(one, "ada"));
        await one.LogDisconnectionAsync("ada", Token);
        Assert.AreEqual("0 0 3 3", await NumbersAsync(one, "ada"));
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(2_000)]
    public async Task Connections_of_a_server_that_is_not_seen_any_more_have_ended(int minutes)
    {
        await using PostgreSqlUserDatabase one = Open();
        var killed = new FakeTimeProvider();
        await using PostgreSqlUserDatabase two = Open(killed);
        await one.CreateNewUserAsync(new Credentials("ada", "secret"), Token);
        await two.LogConnectionAsync("ada", Address, Token);
        await two.SaveAsync(Token);
        Assert.AreEqual("1 0 1 0", await NumbersAsync(one, "ada"));
        await PostgresServer.ExecuteAsync(
            Database,
            string.Create(CultureInfo.InvariantCulture, $"UPDATE serverlib.nodes SET seen_at = now() - interval '{minutes} minutes'"),
            Token);
        Assert.AreEqual("0 0 1 1", await NumbersAsync(one, "ada"));

        // It was only unreachable, and tells again which connections it has.
        await two.SaveAsync(Token);
        Assert.AreEqual("1 0 1 0", await NumbersAsync(one, "ada"));
    }

    [TestMethod]
    public async Task The_last_hundred_addresses_are_kept()
    {
        await using PostgreSqlUserDatabase database = Open();
        await database.CreateNewUserAsync(new Credentials("ada", "secret"), Token);
        for (int round = 0; round < 3; round++)
        {
            for (int i = 1; i <= 70; i++)
                await database.AuthenticateUserAsync(new Credentials("ada", "secret", new IPEndPoint(IPAddress.Loopback, round * 70 + i)), Token);
            await database.SaveAsync(Token);
        }

        AccountRecord account = (await database.ReadAccountsAsync(1, cancellationToken: Token)).Accounts.Single();
        Assert.AreEqual(210, account.AttemptCount);
        CollectionAssert.AreEqual(
            Enumerable.Range(111, 100).Select(port => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}")).ToArray(),
            account.Attempts.ToArray());
    }

    [TestMethod]
    public async Task An_outdated_hash_is_replaced_unless_the_password_was_changed()
    {
        await using PostgreSqlUserDatabase database = Open();
        await database.CreateNewUserAsync(new Credentials("ada", "secret"), Token);
        await database.CreateNewUserAsync(new Credentials("bob", "secret"), Token);
        Hasher.Version = "v2";
        await database.AuthenticateUserAsync(new Credentials("ada", "secret"), Token);
        await database.AuthenticateUserAsync(new Credentials("bob", "secret"), Token);
        await database.SetPasswordAsync("bob", "another", cancellationToken: Token);
        await database.SaveAsync(Token);
        Assert.AreEqual("v2:secret", (await database.ReadAccountsAsync(2, cancellationToken: Token)).Accounts[0].PasswordHash);
        Assert.AreEqual("v2:another", (await database.ReadAccountsAsync(2, cancellationToken: Token)).Accounts[1].PasswordHash);
    }

    [TestMethod]
    public async Task Unsaved_statistics_of_a_removed_account_are_not_those_of_the_next_one()
    {
        await using PostgreSqlUserDatabase database = Open(new FakeTimeProvider());
        await database.CreateNewUserAsync(new Credentials("ada", "secret"), Token);
        await database.AuthenticateUserAsync(new Credentials("ada", "wrong", Address), Token);
        await database.LogConnectionAsync("ada", Address, Token);
        await database.RemoveAccountAsync("ada", Token);
        await database.CreateNewUserAsync(new Credentials("ada", "secret"), Token);
        await database.LogDisconnectionAsync("ada", Token);
        Assert.AreEqual("0 0 0 0", await NumbersAsync(database, "ada"));
    }

    private static async Task<string> NumbersAsync(PostgreSqlUserDatabase database, string name)
    {
        using var output = new MemoryStream();
        await database.AuditAsync(output, Guard.NewToken());
        output.Position = 0;
        using System.Text.Json.JsonDocument json = await System.Text.Json.JsonDocument.ParseAsync(output);
        return string.Join(
            ' ', json.RootElement.GetProperty("users").GetProperty(name).GetProperty("statistics").EnumerateObject().Select(one => one.Value.GetInt64()));
    }

    private async Task<long> ReadAsync(string sql) => (long)(await PostgresServer.ReadAsync(Database, sql, Token))!;
}
