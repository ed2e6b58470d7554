using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Accounts;

namespace ServerLib.Tests.Accounts;

[TestClass]
public sealed class AuditTrailTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTimeProvider _time = new(Start);

    [TestMethod]
    public async Task Registrations_logons_logoffs_and_failed_logins_are_kept_and_successful_attempts_are_not()
    {
        using var folder = new AccountsFolder();
        await using AuditTrail history = Open(folder.Path);
        await using (LiteDbUserDatabase database = folder.Open(_time, audit: history))
        {
            await database.CreateNewUserAsync(new("alice", "secret", AccountsFolder.Address(1)), _guard);
            await database.AuthenticateUserAsync(new("alice", "secret", AccountsFolder.Address(1)), _guard);
            await database.LogConnectionAsync("alice", AccountsFolder.Address(1), _guard);
            _time.Advance(TimeSpan.FromSeconds(1));
            await database.LogDisconnectionAsync("alice", _guard);
            await database.AuthenticateUserAsync(new("nobody", "secret", AccountsFolder.Address(2)), _guard);
        }

        CollectionAssert.AreEqual(
            (AuditEntry[])
            [
                new(Start.AddSeconds(1), AuditEvent.FailedLogin, "nobody", "127.0.0.1:2"),
                new(Start.AddSeconds(1), AuditEvent.Logoff, "alice", "127.0.0.1:1"),
                new(Start, AuditEvent.Logon, "alice", "127.0.0.1:1"),
                new(Start, AuditEvent.Registered, "alice", "127.0.0.1:1"),
            ],
            await history.ReadNewestAsync(10));
    }

    [TestMethod]
    public async Task Entries_past_their_time_are_deleted_daily_and_at_the_start()
    {
        using var folder = new TempFolder();
        await using (AuditTrail history = Open(folder.Path))
        {
            const int Old = (2 * AuditTrail.DeleteChunk) + 5;
            for (int i = 0; i < Old; i++)
                history.Write(AuditEvent.Logon, "old", "");
            await history.ReadNewestAsync(1);
            _time.Advance(TimeSpan.FromHours(24));
            _time.Advance(TimeSpan.FromHours(6));
            history.Write(AuditEvent.Logon, "new", "");
            Assert.HasCount(Old + 1, await history.ReadNewestAsync(int.MaxValue));

            // At the end of the second day the old ones are older than a day.
            _time.Advance(TimeSpan.FromHours(18));
            while ((await history.ReadNewestAsync(int.MaxValue)).Count > 1)
                _guard.ThrowIfCancellationRequested();
            Assert.AreEqual("new", (await history.ReadNewestAsync(10)).Single().Name);
        }

        _time.Advance(TimeSpan.FromDays(2));
        await using AuditTrail later = Open(folder.Path);
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
        var logger = new Mock<ILogger<AuditTrail>>();
        logger.Setup(l => l.IsEnabled(It.IsAny<LogLevel>())).Returns(true);
        await using (var audit = new AuditTrail(folder.Path, null, _time, logger.Object, files.Open))
        await using (LiteDbUserDatabase database = folder.Open(_time, audit: audit))
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
        await using (var audit = new AuditTrail(folder.Path))
        await using (LiteDbUserDatabase database = folder.Open(_time, audit: audit))
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
        await using AuditTrail history = Open(folder.Path, files.Open);
        history.Write(AuditEvent.Logon, "lost", "");
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => history.ReadNewestAsync(1));
        files.Fault = _ => null;
        _time.Advance(DatabaseThread<AuditStore>.RetryAfter);
        history.Write(AuditEvent.Logon, new string('x', 10_000), "");
        Assert.AreEqual(new string('x', 64), (await history.ReadNewestAsync(10)).Single().Name);
    }

    [TestMethod]
    public async Task A_second_trail_in_the_folder_is_refused_until_the_first_is_closed()
    {
        using var folder = new TempFolder();
        AuditTrail first = Open(folder.Path);
        string message = Assert.ThrowsExactly<ServerLibException>(() => Open(folder.Path)).Message;
        StringAssert.Contains(message, $"'{folder.Path}' is in use by another server");
        first.Dispose();
        await using AuditTrail second = Open(folder.Path);
    }

    private AuditTrail Open(string folder, Func<string, Stream>? openStream = null) =>
        new(folder, TimeSpan.FromDays(1), _time, null, openStream ?? DatabaseFile.OpenStream);
}
