using System.Collections.Concurrent;
using System.Net;
using ServerLib.PostgreSql;
using ServerLib.Tests.Passwords;

namespace ServerLib.Tests.PostgreSql;

/// <summary>A PostgreSQL that stops, crashes, hangs, or cannot write. Each test has one of its own.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class PostgreSqlFaultTests : IAsyncDisposable
{
    private static readonly Credentials Ada = new("ada", "secret", new IPEndPoint(IPAddress.Loopback, 1));

    private readonly CancellationToken _guard = new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;
    private readonly ServerProblems _problems = new();
    private readonly RecoveryLog _log = new();
    private PostgresServer _server = null!;
    private PostgreSqlUserDatabase _database = null!;
    private string _connection = "";

    [TestInitialize]
    public async Task StartAsync()
    {
        _server = await PostgresServer.StartAsync(_guard);
        _connection = await _server.CreateDatabaseAsync(_guard);
        _database = Open();
        Assert.AreEqual(LoginCode.Ok, (await _database.CreateNewUserAsync(Ada, _guard)).Code);
    }

    [TestMethod]
    public async Task A_database_that_stops_is_used_again_when_it_is_back()
    {
        await _server.StopAsync(_guard);
        Assert.AreEqual(LoginCode.Busy, (await _database.AuthenticateUserAsync(Ada, _guard)).Code);
        Assert.AreEqual(LoginCode.Busy, (await _database.CreateNewUserAsync(new Credentials("bob", "secret"), _guard)).Code);
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => _database.HasUserAsync("ada", _guard).AsTask());
        Assert.IsFalse(_database.IsHealthy);
        Assert.AreEqual("accounts", _problems.Current.Single().Name);

        await _server.StartAgainAsync(_guard);
        await _log.Recoveries.WaitAsync(_guard);
        Assert.AreEqual(LoginCode.Ok, (await _database.AuthenticateUserAsync(Ada, _guard)).Code);
        Assert.IsTrue(_database.IsHealthy);
        Assert.IsEmpty(_problems.Current);
        Assert.AreEqual(1, _log.Failures.CurrentCount);
    }

    [TestMethod]
    public async Task A_restart_between_two_logins_is_not_noticed()
    {
        Assert.AreEqual(LoginCode.Ok, (await _database.AuthenticateUserAsync(Ada, _guard)).Code);
        await using PostgreSqlUserDatabase quiet = new(_connection, new FakeHasher(), new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        Assert.AreEqual(LoginCode.Ok, (await quiet.AuthenticateUserAsync(Ada, _guard)).Code);
        await _server.StopAsync(_guard);
        await _server.StartAgainAsync(_guard);
        Assert.AreEqual(LoginCode.Ok, (await quiet.AuthenticateUserAsync(Ada, _guard)).Code);
    }

    [TestMethod]
    public async Task A_database_that_hangs_is_given_up_and_further_calls_do_not_wait()
    {
        _server.Freeze();
        Assert.AreEqual(LoginCode.Busy, (await _database.AuthenticateUserAsync(Ada, _guard)).Code);
        Assert.AreEqual("It does not answer in time.", _problems.Current.Single().Reason);
        for (int i = 0; i < 1_000; i++)
            Assert.AreEqual(LoginCode.Busy, (await _database.AuthenticateUserAsync(Ada, _guard)).Code);

        _server.Thaw();
        await _log.Recoveries.WaitAsync(_guard);
        Assert.AreEqual(LoginCode.Ok, (await _database.AuthenticateUserAsync(Ada, _guard)).Code);
    }

    [TestMethod]
    public async Task The_number_of_waiting_calls_is_limited()
    {
        _server.Freeze();
        Task<bool>[] calls = [.. Enumerable.Range(0, 4_200).Select(_ => _database.HasUserAsync("ada", _guard).AsTask())];
        var reasons = new ConcurrentDictionary<string, int>();
        foreach (Task<bool> call in calls)
        {
            ServerLibException failure = await Assert.ThrowsExactlyAsync<ServerLibException>(() => call);
            reasons.AddOrUpdate(failure.Message, 1, (_, count) => count + 1);
        }

        Assert.IsGreaterThanOrEqualTo(100, reasons["PostgreSQL is busy: too many calls wait."]);
        _server.Thaw();
        await _log.Recoveries.WaitAsync(_guard);
    }

    [TestMethod]
    public async Task Statistics_of_a_failure_are_saved_once_after_it()
    {
        await _server.KillAsync(_guard);
        await _database.UpdateStatsAsync("ada", 5, _guard);
        await _database.LogConnectionAsync("ada", new IPEndPoint(IPAddress.Loopback, 1), _guard);
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => _database.SaveAsync(_guard).AsTask());
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => _database.SaveAsync(_guard).AsTask());
        await _server.StartAgainAsync(_guard);
        await _log.Recoveries.WaitAsync(_guard);
        await _database.SaveAsync(_guard);
        AccountRecord account = (await _database.ReadAccountsAsync(1, cancellationToken: _guard)).Accounts.Single();
        Assert.AreEqual((5L, 1L), (account.Broadcasts, account.LogonCount));
    }

    [TestMethod]
    public async Task A_database_that_can_not_be_written_is_reported_while_users_log_in()
    {
        await _server.ExecuteAsync("ALTER SYSTEM SET default_transaction_read_only = on", _guard);
        await _server.ExecuteAsync("SELECT pg_reload_conf()", _guard);
        LoginCode code;
        do
            code = (await _database.CreateNewUserAsync(new Credentials($"u{Guid.NewGuid():N}"[..20], "secret"), _guard)).Code;
        while (code == LoginCode.Ok);
        Assert.AreEqual(LoginCode.Busy, code);
        Assert.AreEqual("accounts", _problems.Current.Single().Name);
        Assert.AreEqual(LoginCode.Ok, (await _database.AuthenticateUserAsync(Ada, _guard)).Code);

        await PostgresServer.ExecuteAsync(
            $"{_connection};Options=-c default_transaction_read_only=off", "ALTER SYSTEM RESET default_transaction_read_only", _guard);
        await _server.ExecuteAsync("SELECT pg_reload_conf()", _guard);
        await _log.Recoveries.WaitAsync(_guard);
        Assert.IsEmpty(_problems.Current);
    }

    [TestMethod]
    public async Task Acknowledged_registrations_survive_a_failover_to_a_replica()
    {
        using PostgresServer replica = await _server.StartReplicaAsync(_guard);
        var log = new RecoveryLog();
        await using PostgreSqlUserDatabase database = new(_server.Or(replica, _connection), new FakeHasher(), logger: log);
        for (int i = 0; i < 20; i++)
            Assert.AreEqual(LoginCode.Ok, (await database.CreateNewUserAsync(new Credentials($"user{i}", "secret"), _guard)).Code);
        await _server.KillAsync(_guard);
        Assert.AreEqual(LoginCode.Busy, (await database.CreateNewUserAsync(new Credentials("bob", "secret"), _guard)).Code);
        await replica.PromoteAsync(_guard);
        await log.Recoveries.WaitAsync(_guard);
        for (int i = 0; i < 20; i++)
            Assert.IsTrue(await database.HasUserAsync($"user{i}", _guard));
        Assert.AreEqual(LoginCode.Ok, (await database.CreateNewUserAsync(new Credentials("carol", "secret"), _guard)).Code);
    }

    [TestMethod]
    public async Task Acknowledged_registrations_survive_kills_of_the_database()
    {
        await using PostgreSqlUserDatabase other = Open();
        PostgreSqlUserDatabase[] servers = [_database, other];
        var acknowledged = new ConcurrentQueue<string>();
        using var counter = new SemaphoreSlim(0);
        using var stop = new CancellationTokenSource();
        Task[] lanes =
        [
            .. Enumerable.Range(0, 8).Select(lane => Task.Run(() => RegisterAsync(servers[lane % 2], $"user{lane}", acknowledged, counter, stop.Token))),
        ];
        for (int kill = 0; kill < 3; kill++)
        {
            // Those of the round before do not count.
            while (counter.Wait(0, _guard))
            {
            }

            for (int i = 0; i < 50; i++)
                await counter.WaitAsync(_guard);
            await _server.KillAsync(_guard);
            await _server.StartAgainAsync(_guard);
        }

        for (int i = 0; i < 50; i++)
            await counter.WaitAsync(_guard);
        await stop.CancelAsync();
        await Task.WhenAll(lanes);
        foreach (string[] names in acknowledged.Chunk(1_000))
            Assert.IsTrue((await _database.HaveAccountsAsync(names, _guard)).All(exists => exists));
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        _server?.Dispose();
    }

    private PostgreSqlUserDatabase Open() => new(_connection, new FakeHasher(), logger: _log, problems: _problems);

    private async Task RegisterAsync(
        PostgreSqlUserDatabase database, string lane, ConcurrentQueue<string> acknowledged, SemaphoreSlim counter, CancellationToken stop)
    {
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            string name = $"{lane}-{i}";
            if ((await database.CreateNewUserAsync(new Credentials(name, "secret"), _guard)).IsOk)
            {
                acknowledged.Enqueue(name);
                counter.Release();
            }
            else
            {
                await TrySaveAsync(database);
            }
        }
    }

    /// <summary>Tries to reach the database.</summary>
    private async Task TrySaveAsync(PostgreSqlUserDatabase database)
    {
        try
        {
            await database.SaveAsync(_guard);
        }
        catch (ServerLibException)
        {
            // It is not back yet.
        }
    }
}
