using ServerLib.PostgreSql;

namespace ServerLib.Tests.PostgreSql;

/// <summary>The versions of the schema, and servers that start at the same time.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class PostgreSqlSchemaTests : PostgresTest
{
    private const string OneVersionNewer =
        """
        UPDATE serverlib.schema_version SET version = version + 1, minimum_version = version;
        ALTER TABLE serverlib.accounts ADD COLUMN color text;
        CREATE TABLE serverlib.colors (name text);
        """;

    [TestMethod]
    public async Task Servers_that_start_at_the_same_time_create_one_schema()
    {
        PostgreSqlUserDatabase[] servers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Open())));
        await servers[0].CreateNewUserAsync(new Credentials("ada", "secret"), Token);
        foreach (PostgreSqlUserDatabase server in servers)
        {
            Assert.IsTrue(await server.HasUserAsync("ada", Token));
            await server.DisposeAsync();
        }

        Assert.AreEqual(1L, await PostgresServer.ReadAsync(Database, "SELECT count(*) FROM serverlib.schema_version", Token));
    }

    [TestMethod]
    public async Task A_server_works_beside_one_that_is_one_version_newer()
    {
        await using PostgreSqlUserDatabase running = Open();
        await PostgresServer.ExecuteAsync(Database, OneVersionNewer, Token);
        await using PostgreSqlUserDatabase restarted = Open();
        Assert.AreEqual(LoginCode.Ok, (await running.CreateNewUserAsync(new Credentials("ada", "secret"), Token)).Code);
        Assert.AreEqual(LoginCode.Ok, (await restarted.AuthenticateUserAsync(new Credentials("ada", "secret"), Token)).Code);
        Assert.AreEqual(2, await PostgresServer.ReadAsync(Database, "SELECT version FROM serverlib.schema_version", Token));
    }

    [TestMethod]
    public async Task A_schema_that_is_too_new_is_refused()
    {
        await Open().DisposeAsync();
        await PostgresServer.ExecuteAsync(Database, "UPDATE serverlib.schema_version SET version = 3, minimum_version = 2", Token);
        ServerLibException refused = Assert.ThrowsExactly<ServerLibException>(() => Open());
        Assert.AreEqual(
            "The database has version 3 of the schema, which needs a newer version of this program. This one knows version 1. Update it.",
            refused.Message);
    }

    [TestMethod]
    public async Task A_failed_migration_leaves_nothing_behind()
    {
        await PostgresServer.ExecuteAsync(Database, "CREATE SCHEMA serverlib; CREATE TABLE serverlib.bans (key text)", Token);
        Assert.ThrowsExactly<ServerLibException>(() => Open());
        Assert.AreEqual(
            1L, await PostgresServer.ReadAsync(Database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'serverlib'", Token));
    }

    [TestMethod]
    public async Task A_server_without_rights_to_create_uses_a_schema_that_exists()
    {
        await Open().DisposeAsync();
        string role = $"limited_{Guid.NewGuid():N}";
        await PostgresServer.ExecuteAsync(
            Database,
            $"""
            CREATE ROLE {role} LOGIN;
            GRANT USAGE ON SCHEMA serverlib TO {role};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA serverlib TO {role};
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA serverlib TO {role};
            """,
            Token);
        string connection = Database.Replace("Username=postgres", $"Username={role}", StringComparison.Ordinal);
        await using (var server = new PostgreSqlUserDatabase(connection, Hasher))
        {
            Assert.AreEqual(LoginCode.Ok, (await server.CreateNewUserAsync(new Credentials("ada", "secret"), Token)).Code);
            await server.InviteAsync(cancellationToken: Token);
            await server.SaveAsync(Token);
        }

        await PostgresServer.ExecuteAsync(Database, $"DROP OWNED BY {role}; DROP ROLE {role}", Token);
    }

    [TestMethod]
    public void A_database_that_can_not_be_used_is_named_without_the_password()
    {
        string connection = $"{Database}nowhere;Password=hush";
        ServerLibException refused = Assert.ThrowsExactly<ServerLibException>(() => new PostgreSqlUserDatabase(connection, Hasher));
        StringAssert.Contains(refused.Message, "does not exist");
        StringAssert.Contains(refused.Message, "nowhere' at /");
        Assert.DoesNotContain("hush", refused.ToString());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("Database=serverlib;Password=hush")]
    [DataRow("Host=localhost;hush")]
    [DataRow("postgres://ada:hush@localhost/serverlib")]
    [DataRow("Host=localhost;Port=hush")]
    public void A_connection_string_that_is_not_valid_is_refused_and_not_shown(string connection)
    {
        Assert.IsFalse(PostgreSqlUserDatabase.IsValidConnectionString(connection));
        ServerLibException refused = Assert.ThrowsExactly<ServerLibException>(() => new PostgreSqlUserDatabase(connection, Hasher));
        Assert.IsTrue(refused.IsConfiguration);
        Assert.DoesNotContain("hush", refused.ToString());
    }
}
