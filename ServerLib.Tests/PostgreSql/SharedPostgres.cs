namespace ServerLib.Tests.PostgreSql;

/// <summary>The PostgreSQL of the test run, in which each test has a database of its own.</summary>
[TestClass]
public sealed class SharedPostgres
{
    private static readonly Lazy<Task<PostgresServer>> Shared = new(() => PostgresServer.StartAsync(Guard.NewToken()));

    /// <summary>The server. It starts with the first test that needs it.</summary>
    internal static Task<PostgresServer> GetAsync() => Shared.Value;

    [AssemblyCleanup]
    public static async Task StopAsync()
    {
        if (!Shared.IsValueCreated)
            return;
        try
        {
            (await Shared.Value).Dispose();
        }
        catch (UnitTestAssertException)
        {
            // It is not installed.
        }
    }
}
