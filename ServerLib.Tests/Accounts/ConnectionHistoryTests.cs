using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Accounts;

namespace ServerLib.Tests.Accounts;

[TestClass]
public sealed class ConnectionHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTimeProvider _time = new(Start);

    [TestMethod]
    public async Task Logons_logoffs_and_failed_logins_are_kept_and_successful_attempts_are_not()
    {
        using var folder = new AccountsFolder();
        await using (LiteDbUserDatabase database = folder.Open(_time))
        {
            await database.CreateNewUserAsync(new("alice", "secret", AccountsFolder.Address(1)), _guard);
            await database.AuthenticateUserAsync(new("alice", "secret", AccountsFolder.Address(1)), _guard);
            await database.LogConnectionAsync("alice", AccountsFolder.Address(1), _guard);
            _time.Advance(TimeSpan.FromSeconds(1));
            await database.LogDisconnectionAsync("alice", _guard);
            await database.AuthenticateUserAsync(new("nobody", "secret", AccountsFolder.Address(2)), _guard);
        }

        await using ConnectionHistory history = Open(folder.Path);
        CollectionAssert.AreEqual(
            (HistoryEntry[])
            [
                new(Start.AddSeconds(1), HistoryEvent.FailedLogin, "nobody", "127.0.0.1:2"),
                new(Start.AddSeconds(1), HistoryEvent.Logoff, "alice", "127.0.0.1:1"),
                new(Start, HistoryEvent.Logon, "alice", "127.0.0.1:1"),
            ],
            await history.ReadNewestAsync(10));
    }

    [TestMethod]
    public async Task Entries_past_their_time_are_deleted_daily_and_at_the_start()
    {
        using var folder = new TempFolder();
        await using (ConnectionHistory history = Open(folder.Path))
        {
            const int Old = (2 * ConnectionHistory.DeleteChunk) + 5;
            for (int i = 0; i < Old; i++)
                history.Add(HistoryEvent.Logon, "old", "");
            await history.ReadNewestAsync(1);
            _time.Advance(TimeSpan.FromHours(24));
            _time.Advance(TimeSpan.FromHours(6));
            history.Add(HistoryEvent.Logon, "new", "");
            Assert.HasCount(Old + 1, await history.ReadNewestAsync(int.MaxValue));

            // At the end of the second day the old ones are older than a day.
            _time.Advance(TimeSpan.FromHours(18));
            while ((await history.ReadNewestAsync(int.MaxValue)).Count > 1)
                _guard.ThrowIfCancellationRequested();
            Assert.AreEqual("new", (await history.ReadNewestAsync(10)).Single().Name);
        }

        _time.Advance(TimeSpan.FromDays(2));
        await using ConnectionHistory later = Open(folder.Path);
        while ((await later.ReadNewestAsync(int.MaxValue)).Count > 0)
            _guard.ThrowIfCancellationRequested();
    }

    [TestMethod]
    [DataRow(0.99, false)]
    [DataRow(1, true)]
    [DataRow(3_650, true)]
    [DataRow(3_651, false)]
    public void Retention_is_a_day_to_ten_years(double days, bool isAllowed)
    {
        var options = new ServerOptions { HistoryRetention = TimeSpan.FromDays(days) };
        Assert.AreEqual(isAllowed, new ServerOptionsValidator().Validate(null, options).Succeeded);
    }

    [TestMethod]
    public async Task A_history_that_cannot_be_written_stops_no_login_and_warns_once()
    {
        using var folder = new AccountsFolder();
        var files = new FaultyFiles
        {
            Fault = what => what.StartsWith("history", StringComparison.Ordinal) ? FaultyFiles.DiskFull : null,
        };
        var logger = new Mock<ILogger<LiteDbUserDatabase>>();
        logger.Setup(l => l.IsEnabled(It.IsAny<LogLevel>())).Returns(true);
        await using (LiteDbUserDatabase database = folder.Open(_time, logger.Object, files.Open))
        {
            await database.CreateNewUserAsync(new("alice", "secret"), _guard);
            for (int i = 0; i < 5; i++)
            {
                Assert.AreEqual(LoginCode.Failure, (await database.AuthenticateUserAsync(new("alice", "wrong"), _guard)).Code);
                await database.LogConnectionAsync("alice", AccountsFolder.Address(1), _guard);
                _time.Advance(TimeSpan.FromMinutes(1));
            }
        }

        Assert.AreEqual(1, logger.Invocations.Count(call => call.Method.Name == nameof(ILogger.Log)));
    }

    [TestMethod]
    public async Task A_history_that_is_no_database_stops_no_login_and_is_left_as_it_is()
    {
        using var folder = new AccountsFolder();
        Directory.CreateDirectory(folder.Path);
        await File.WriteAllTextAsync(folder.File("history.db"), "garbage", _guard);
        await using (LiteDbUserDatabase database = folder.Open(_time))
        {
            await database.CreateNewUserAsync(new("alice", "secret"), _guard);
            await database.LogConnectionAsync("alice", AccountsFolder.Address(1), _guard);
        }

        Assert.AreEqual("garbage", await File.ReadAllTextAsync(folder.File("history.db"), _guard));
    }

    [TestMethod]
    public async Task A_history_that_failed_is_written_again_once_it_can_be()
    {
        using var folder = new TempFolder();
        var files = new FaultyFiles { Fault = _ => FaultyFiles.DiskFull };
        await using ConnectionHistory history = Open(folder.Path, files.Open);
        history.Add(HistoryEvent.Logon, "lost", "");
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => history.ReadNewestAsync(1));
        files.Fault = _ => null;
        _time.Advance(DatabaseThread<HistoryStore>.RetryAfter);
        history.Add(HistoryEvent.Logon, new string('x', 10_000), "");
        Assert.AreEqual(new string('x', 64), (await history.ReadNewestAsync(10)).Single().Name);
    }

    private ConnectionHistory Open(string folder, Func<string, Stream>? openStream = null) =>
        new(folder, TimeSpan.FromDays(1), _time, NullLogger.Instance, openStream ?? DatabaseFile.OpenStream);
}
