using ServerLib.Tests.Cli;
using ServerLib.Tests.Cli.Commands;

namespace ServerLib.Tests.PostgreSql;

/// <summary>Everything moves from LiteDB to PostgreSQL and back, with the program's own commands.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class PostgreSqlExportTests : PostgresTest, IDisposable
{
    private readonly TempFolder _home = new();
    private readonly Argon2idPasswordHasher _hasher = new(new() { MemorySize = 64, Iterations = 1 });

    [TestMethod]
    public async Task Exports_of_LiteDB_and_PostgreSQL_are_the_same()
    {
        await ExportImportTests.FillAsync(_home.File("data"), _hasher, Token);

        await RunAsync("export", "litedb.jsonl", "data", isPostgres: false);
        await RunAsync("import", "litedb.jsonl", "node", isPostgres: true);
        await RunAsync("export", "postgres.jsonl", "node", isPostgres: true);
        await RunAsync("import", "postgres.jsonl", "back", isPostgres: false);
        await RunAsync("export", "back.jsonl", "back", isPostgres: false);
        await RunAsync("import", "litedb.jsonl", "node", isPostgres: true);
        await RunAsync("export", "again.jsonl", "node", isPostgres: true);

        string expected = await ReadAsync("litedb.jsonl");
        foreach (string other in (string[])["postgres.jsonl", "back.jsonl", "again.jsonl"])
            Assert.AreEqual(expected, await ReadAsync(other), other);
    }

    public void Dispose()
    {
        _hasher.Dispose();
        _home.Dispose();
    }

    private Task<string> ReadAsync(string name) => File.ReadAllTextAsync(_home.File(name), Token);

    private async Task RunAsync(string command, string file, string data, bool isPostgres)
    {
        Dictionary<string, string?>? variables = isPostgres
            ? new() { ["SERVERLIB_Accounts__Provider"] = "PostgreSql", ["ConnectionStrings__ServerLib"] = Database }
            : null;
        await using HostRun run = await HostRun.ToEndAsync(_home, [command, file, "--data", data], variables: variables);
        Assert.AreEqual(0, await run.Ended, $"{run.Out}{run.Error}");
    }
}
