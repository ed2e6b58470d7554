using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Moq;
using ServerLib.Auditing;
using ServerLib.Files;
using ServerLib.Hosting;
using ServerLib.Tests.Accounts;
using ServerLib.Tests.Files;
using ServerLib.Tests.Transport;

namespace ServerLib.Tests.Auditing;

[TestClass]
public sealed class AuditTrailTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private static readonly DateTimeOffset Later = Start + DatabaseThread<AuditDatabase>.RetryAfter;

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTimeProvider _time = new(Start);

    [TestMethod]
    public async Task The_database_writes_registrations_but_no_logins()
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
                new(Start, AuditEvent.Registered, "alice", "127.0.0.1:1"),
                new(Start, AuditEvent.ChainStarted, "SERVER", ""),
            ],
            await history.ReadNewestAsync(10));
    }

    [TestMethod]
    [DataRow(0, true)]
    [DataRow(1, false)]
    public async Task A_history_over_64_MiB_is_not_read_at_the_start(int more, bool isRead)
    {
        using var folder = new AuditFolder(_time);
        await folder.FillAsync(1_000);
        await using (FileStream file = File.OpenWrite(folder.File))
            file.SetLength(DatabaseFile.MaxCheckedAtStart + (more * PageStream.PageSize));
        int reads = 0;
        var files = new FaultyFiles { Fault = what => { reads += what == $"{AuditTrail.FileName} read" ? 1 : 0; return null; } };
        await using AuditTrail history = folder.Open(openStream: files.Open);
        Assert.AreEqual("user1000", (await history.ReadNewestAsync(1)).Single().Name);

        const int Pages = (int)(DatabaseFile.MaxCheckedAtStart / PageStream.PageSize);
        Assert.IsInRange(isRead ? Pages : 1, isRead ? Pages + 100 : 100, reads);
    }

    [TestMethod]
    public async Task Expired_entries_are_deleted_at_the_start_and_daily()
    {
        using var folder = new TempFolder();
        await using (AuditTrail history = Open(folder.Path))
        {
            const int Old = (2 * LiteDbAuditStore.ChunkSize) + 5;
            for (int i = 0; i < Old; i++)
                history.Write(AuditEvent.Logon, "old", "");
            await history.ReadNewestAsync(1);
            _time.Advance(TimeSpan.FromHours(24));
            _time.Advance(TimeSpan.FromHours(6));
            history.Write(AuditEvent.Logon, "new", "");
            Assert.HasCount(Old + 2, await history.ReadNewestAsync(int.MaxValue));

            // At the end of the second day the old ones are older than a day.
            _time.Advance(TimeSpan.FromHours(18));
            await history.Deleting.WaitAsync(_guard);
            Assert.AreEqual("SERVER new", string.Join(' ', (await history.ReadNewestAsync(10)).Select(entry => entry.Name)));
        }

        _time.Advance(TimeSpan.FromDays(2));
        await using AuditTrail later = Open(folder.Path);
        await later.Deleting.WaitAsync(_guard);
        Assert.HasCount(1, await later.ReadNewestAsync(int.MaxValue));
    }

    [TestMethod]
    [DataRow(0.99, false)]
    [DataRow(1, true)]
    [DataRow(3_650, true)]
    [DataRow(3_651, false)]
    public void Retention_can_be_one_day_to_ten_years(double days, bool isAllowed)
    {
        var options = new ServerOptions { Audit = { Retention = TimeSpan.FromDays(days) } };
        Assert.AreEqual(isAllowed, new ServerOptionsValidator().Validate(null, options).Succeeded);
    }

    [TestMethod]
    public async Task A_trail_that_cannot_be_written_stops_no_login_and_warns_once()
    {
        using var folder = new AccountsFolder();
        var files = new FaultyFiles
        {
            Fault = what => what.StartsWith("history", StringComparison.Ordinal) ? FaultyFiles.DiskFull : null,
        };
        var logger = new Mock<ILogger<AuditTrail>>();
        logger.Setup(l => l.IsEnabled(It.IsAny<LogLevel>())).Returns(true);
        await using (var audit = new AuditTrail(folder.Path, null, _time, logger.Object, null, null, files.Open))
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
    public async Task A_missing_trail_beside_accounts_causes_one_warning()
    {
        using var folder = new AccountsFolder();
        foreach ((int run, int warnings) in ((int, int)[])[(1, 0), (2, 0), (3, 1), (4, 0)])
        {
            if (run == 3)
                File.Delete(folder.File("history.db"));
            var logger = new WarningLog<AuditTrail>();
            await using (var audit = new AuditTrail(folder.Path, logger: logger))
            await using (LiteDbUserDatabase database = folder.Open(_time, audit: audit))
                await database.CreateNewUserAsync(new($"user{run}", "secret"), _guard);
            Assert.AreEqual(
                warnings, logger.Messages.Count(message => message.Contains("There are accounts but no history", StringComparison.Ordinal)));
            Assert.HasCount(warnings, logger.Messages);
        }
    }

    [TestMethod]
    public async Task A_damaged_trail_stops_no_login_and_stays_unchanged()
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
    public async Task A_trail_that_failed_is_written_again_later()
    {
        using var folder = new TempFolder();
        var files = new FaultyFiles { Fault = _ => FaultyFiles.DiskFull };
        await using AuditTrail history = Open(folder.Path, files.Open);
        history.Write(AuditEvent.Logon, "lost", "");
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => history.ReadNewestAsync(1));
        files.Fault = _ => null;
        _time.Advance(DatabaseThread<AuditDatabase>.RetryAfter);
        history.Write(AuditEvent.Logon, new string('x', 10_000), "", new string('y', 10_000), new string('z', 10_000));
        CollectionAssert.AreEqual(
            (AuditEntry[])
            [
                new(Later, AuditEvent.Logon, new string('x', 64), "", new string('y', 64), new string('z', 256)),
                new(Later, AuditEvent.EntriesLost, "SERVER", "", "", "1"),
                new(Later, AuditEvent.ChainStarted, "SERVER", ""),
            ],
            await history.ReadNewestAsync(10));
    }

    [TestMethod]
    public async Task A_second_trail_in_a_folder_is_refused_while_the_first_is_open()
    {
        using var folder = new TempFolder();
        AuditTrail first = Open(folder.Path);
        string message = Assert.ThrowsExactly<ServerLibException>(() => Open(folder.Path)).Message;
        StringAssert.Contains(message, $"'{folder.Path}' is in use by another server");
        first.Dispose();
        await using AuditTrail second = Open(folder.Path);
    }

    [TestMethod]
    public async Task A_head_that_is_not_logged_because_the_queue_is_full_is_no_problem()
    {
        using var folder = new TempFolder();
        using var blocked = new ManualResetEventSlim();
        var files = new FaultyFiles();
        var problems = new ServerProblems(_time);
        await using var trail = new AuditTrail(folder.Path, TimeSpan.FromDays(1), _time, null, new DelegateLog(_ => { }), problems, files.Open);
        Task reached = files.BlockAt("history-log.db write", blocked, _guard);
        trail.Write(AuditEvent.Logon, "first");
        await reached;
        for (int i = 0; i < AuditWriter.Capacity; i++)
            trail.Write(AuditEvent.Logon, $"{i}");
        await trail.WriteHeadAsync();
        blocked.Set();
        await trail.DisposeAsync();

        Assert.IsEmpty(problems.Current);
    }

    [TestMethod]
    public async Task Entries_over_the_capacity_are_lost_and_counted_with_one_warning()
    {
        using var folder = new AuditFolder(_time);
        using var blocked = new ManualResetEventSlim();
        var files = new FaultyFiles();
        var logger = new WarningLog<AuditTrail>();
        await using (AuditTrail trail = folder.Open(logger: logger, openStream: files.Open))
        {
            Task reached = files.BlockAt("history-log.db write", blocked, _guard);
            trail.Write(AuditEvent.Logon, "first");
            await reached;
            for (int i = 0; i < AuditWriter.Capacity + 7; i++)
                trail.Write(AuditEvent.Logon, $"{i}");
            blocked.Set();
        }

        List<AuditRecord> entries = await folder.ReadAsync();
        long lost = long.Parse(entries.Single(entry => entry.Entry.Event == AuditEvent.EntriesLost).Entry.Detail, CultureInfo.InvariantCulture);
        Assert.IsGreaterThan(0, lost);
        Assert.AreEqual(AuditWriter.Capacity + 8 - lost, entries.Count(entry => entry.Entry.Event == AuditEvent.Logon));
        Assert.HasCount(2, logger.Messages);
        Assert.Contains("Cannot write the history", logger.Messages[0]);
        Assert.Contains($"entries were lost: {lost}.", logger.Messages[1]);
        Assert.AreEqual("sound", await folder.VerifyAsync());
    }

    [TestMethod]
    public async Task Write_never_throws_and_does_nothing_after_Dispose()
    {
        using var folder = new AuditFolder(_time);
        AuditTrail trail = folder.Open();
        trail.Write(AuditEvent.Kicked, null!, null!, null!, null!);
        trail.Write((AuditEvent)99, "\0\ud83d", "\udc00", "\n", new string('\ude00', 300));
        await trail.DisposeAsync();
        trail.Write(AuditEvent.Logon, "late");
        trail.Dispose();

        CollectionAssert.AreEqual(
            (AuditEntry[])
            [
                new(Start, AuditEvent.ChainStarted, "SERVER", ""),
                new(Start, AuditEvent.Kicked, "", ""),
                new(Start, (AuditEvent)99, "\0\ufffd", "\ufffd", "\n", new string('\ufffd', 256)),
            ],
            (await folder.ReadAsync()).Select(entry => entry.Entry).ToArray());
        Assert.AreEqual("sound", await folder.VerifyAsync());
    }

    [TestMethod]
    public async Task The_head_is_logged_once_an_hour_if_it_has_changed()
    {
        using var folder = new AuditFolder(_time);
        var told = Channel.CreateUnbounded<string>();
        await using AuditTrail trail = folder.Open(log: new DelegateLog(line => told.Writer.TryWrite(line)));
        trail.Write(AuditEvent.Logon, "ada");
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.IsFalse(told.Reader.TryRead(out _));
        _time.Advance(TimeSpan.FromMinutes(1));
        string second = await told.Reader.ReadAsync(_guard);

        _time.Advance(TimeSpan.FromHours(5));
        await trail.WriteHeadAsync();
        Assert.IsFalse(told.Reader.TryRead(out _));
        trail.Write(AuditEvent.Logoff, "ada");
        await trail.WriteHeadAsync();
        string third = await told.Reader.ReadAsync(_guard);

        List<AuditRecord> entries = await folder.ReadAsync();
        Assert.AreEqual($"[ STATUS ] audit trail at {entries[1].Head}", second);
        Assert.AreEqual($"[ STATUS ] audit trail at {entries[2].Head}", third);
    }

    private AuditTrail Open(string folder, Func<string, Stream>? openStream = null) =>
        new(folder, TimeSpan.FromDays(1), _time, null, null, null, openStream ?? DatabaseFile.OpenStream);
}
