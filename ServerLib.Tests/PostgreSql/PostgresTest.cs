using Microsoft.Extensions.Logging;
using ServerLib.PostgreSql;
using ServerLib.Tests.Passwords;

namespace ServerLib.Tests.PostgreSql;

/// <summary>A test with a database of its own.</summary>
public abstract class PostgresTest
{
    private PostgresServer _server = null!;

    /// <summary>The connection string of the test's database.</summary>
    protected string Database { get; private set; } = "";

    private protected FakeHasher Hasher { get; } = new();

    protected CancellationToken Token { get; } = Guard.NewToken();

    [TestInitialize]
    public async Task CreateDatabaseAsync()
    {
        _server = await SharedPostgres.GetAsync();
        Database = await _server.CreateDatabaseAsync(Token);
    }

    [TestCleanup]
    public async Task DropDatabaseAsync()
    {
        if (Database.Length > 0)
            await _server.DropDatabaseAsync(Database, Token);
    }

    private protected PostgreSqlUserDatabase Open(
        TimeProvider? time = null, ILogger<PostgreSqlUserDatabase>? logger = null, ServerProblems? problems = null) =>
        new(Database, Hasher, time, logger, audit: null, problems);
}
