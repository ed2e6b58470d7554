using ServerLib.Tests.Cli;

namespace ServerLib.Tests.PostgreSql;

/// <summary>The program with PostgreSQL: its configuration, and its commands without a running server.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class PostgreSqlConfigurationTests : PostgresTest, IDisposable
{
    private const string Variable = "ConnectionStrings__ServerLib";

    private readonly TempFolder _home = new();

    public void Dispose() => _home.Dispose();

    [TestMethod]
    public async Task Commands_without_a_running_server_work_on_the_database()
    {
        Assert.AreEqual((0, "added ada\n", ""), await RunAsync("user add ada --password-stdin --data data", "correct horse\n"));
        Assert.AreEqual(0, (await RunAsync("ban add 203.0.113.0/24 12h spam --data data")).Exit);
        (_, string users, _) = await RunAsync("user list --data elsewhere");
        StringAssert.Contains(users, "ada");
        StringAssert.Contains((await RunAsync("ban list --data elsewhere")).Output, "203.0.113.0/24");
        Assert.IsFalse(File.Exists(_home.File("data/users.db")));
    }

    [TestMethod]
    public async Task A_running_server_uses_the_database_and_shows_no_password()
    {
        await using HostRun server = HostRun.Start(
            _home, [.. Provider, "--port", "0", "--data", "data"], variables: new() { [Variable] = $"{Database};Password=geheim" });
        await server.EndPointAsync();
        Assert.AreEqual(0, (await RunAsync("user add ada --generate --data data")).Exit);
        (_, string shown, _) = await RunAsync("config show --data data", isProviderGiven: false);
        StringAssert.Contains(shown, "Accounts:Provider = PostgreSql  [command line]");
        StringAssert.Contains(shown, "ConnectionStrings:ServerLib = Host=/");
        StringAssert.Contains(shown, "Password=\"(not shown)\"  [environment]");
        string everything = $"{shown}{server.Out}{server.Error}{await File.ReadAllTextAsync(_home.File("data/activity.log"), Token)}";
        Assert.DoesNotContain("geheim", everything);
    }

    [TestMethod]
    public async Task A_backup_says_how_the_accounts_are_backed_up()
    {
        await RunAsync("user add ada --generate --data data");
        (int exit, string output, _) = await RunAsync("backup all.backup --data data");
        Assert.AreEqual(0, exit);
        StringAssert.EndsWith(
            output,
            "all.backup. The accounts are in PostgreSQL: back them up with pg_dump, and restore them with pg_restore.\n");
        (exit, output, _) = await RunAsync("restore all.backup --data data --force");
        Assert.AreEqual(0, exit);
        StringAssert.EndsWith(output, "back them up with pg_dump, and restore them with pg_restore.\n");
        StringAssert.Contains((await RunAsync("user list --data data")).Output, "ada");
    }

    [TestMethod]
    [DataRow("", "Accounts:Provider: PostgreSql needs the connection string ConnectionStrings:ServerLib")]
    [DataRow("Host=localhost;geheim", "environment: ConnectionStrings:ServerLib: this is not a connection string such as")]
    public async Task A_connection_string_that_is_missing_or_not_valid_is_refused(string connection, string expected)
    {
        foreach (string command in (string[])["serve", "config check", "user list"])
        {
            (int exit, string output, string errors) = await RunAsync(command, connection: connection);
            Assert.AreEqual(2, exit, command);
            StringAssert.Contains(output + errors, expected, command);
            Assert.DoesNotContain("geheim", output + errors);
        }
    }

    [TestMethod]
    public async Task An_unknown_provider_is_refused()
    {
        await using HostRun run = await HostRun.ToEndAsync(_home, ["--ServerLib:Accounts:Provider", "Oracle"]);
        Assert.AreEqual(2, await run.Ended);
        StringAssert.Contains(run.Error.ToString(), "command line: Accounts:Provider: 'Oracle' is neither LiteDb nor PostgreSql");
    }

    [TestMethod]
    public async Task A_server_that_can_not_reach_the_database_does_not_start()
    {
        (int exit, _, string errors) = await RunAsync("serve", connection: "Host=/nowhere;Database=serverlib;Username=ada;Password=geheim");
        Assert.AreEqual(1, exit);
        StringAssert.Contains(errors, "The server cannot start: The database 'serverlib' at /nowhere:5432 cannot be used: ");
        Assert.DoesNotContain("geheim", errors);
    }

    [TestMethod]
    public async Task A_file_can_contain_the_connection_string()
    {
        await File.WriteAllTextAsync(
            _home.File("server.json"),
            $$"""{ "ServerLib": { "Accounts": { "Provider": "postgresql" } }, "ConnectionStrings": { "ServerLib": "{{Database}}" } }""",
            Token);
        await using HostRun check = await HostRun.ToEndAsync(_home, ["config", "check", "--config", "server.json"]);
        Assert.AreEqual(0, await check.Ended, check.Error.ToString());
        StringAssert.Contains(check.Out.ToString(), "contains a password; run: chmod 600");
        await using HostRun add = await HostRun.ToEndAsync(_home, ["user", "add", "ada", "--generate", "--config", "server.json", "--data", "data"]);
        Assert.AreEqual(0, await add.Ended, add.Error.ToString());
        Assert.AreEqual(1L, await PostgresServer.ReadAsync(Database, "SELECT count(*) FROM serverlib.accounts", Token));
    }

    private static string[] Provider { get; } = ["--ServerLib:Accounts:Provider", "PostgreSql"];

    private async Task<(int Exit, string Output, string Errors)> RunAsync(
        string command, string input = "", string? connection = null, bool isProviderGiven = true)
    {
        string[] provider = isProviderGiven ? Provider : [];
        await using HostRun run = await HostRun.ToEndAsync(
            _home, [.. command.Split(' '), .. provider], input, new() { [Variable] = connection ?? Database });
        return (await run.Ended, run.Out.ToString(), run.Error.ToString());
    }
}
