using Microsoft.Extensions.Time.Testing;
using ServerLib.Accounts;
using ServerLib.Files;
using ServerLib.Tests.Cli.Chat;
using ServerLib.Tests.Files;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Accounts;

/// <summary>What happens when the disk fails under the database.</summary>
[TestClass]
public sealed class LiteDbFaultTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FaultyFiles _files = new();
    private readonly FakeTimeProvider _time = new();

    [TestMethod]
    [DataRow("users-log.db write")]
    [DataRow("users-log.db flush")]
    public async Task One_failure_answers_busy_once_and_the_database_recovers(string where)
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open(_time, openStream: _files.Open);
        await database.CreateNewUserAsync(new("alice", "secret"), _guard);
        int faults = 0;
        _files.Fault = what => what == where && Interlocked.Increment(ref faults) == 1 ? FaultyFiles.DiskFull : null;

        Assert.AreEqual(LoginCode.Busy, (await database.CreateNewUserAsync(new("bob", "secret"), _guard)).Code);
        Assert.IsTrue((await database.CreateNewUserAsync(new("carol", "secret"), _guard)).IsOk);
        foreach (string name in (string[])["alice", "carol"])
            Assert.IsTrue((await database.AuthenticateUserAsync(new(name, "secret"), _guard)).IsOk);
        Assert.IsTrue(database.IsHealthy);
    }

    [TestMethod]
    public async Task A_full_disk_is_logged_once_and_the_recovery_after_the_first_write()
    {
        using var folder = new AccountsFolder();
        var log = new Server.ListLogger<LiteDbUserDatabase>();
        await using LiteDbUserDatabase database = folder.Open(_time, log, openStream: _files.Open);
        await database.CreateNewUserAsync(new("alice", "secret"), _guard);
        _files.Fault = what => what == "users-log.db write" ? FaultyFiles.DiskFull : null;
        for (int i = 0; i < 3; i++)
        {
            Assert.AreEqual(LoginCode.Busy, (await database.CreateNewUserAsync(new("bob", "secret"), _guard)).Code);
            await RetryAsync(database);
            Assert.AreEqual("1 0", Counted());
        }

        _files.Fault = _ => null;
        await RetryAsync(database);
        Assert.AreEqual("1 1", Counted());
        Assert.IsTrue((await database.CreateNewUserAsync(new("bob", "secret"), _guard)).IsOk);

        string Counted()
        {
            lock (log.Entries)
                return $"{log.Entries.Count(e => e.Message.Contains("database failed"))} {log.Entries.Count(e => e.Message.Contains("works again"))}";
        }
    }

    [TestMethod]
    public async Task A_database_that_can_not_be_opened_answers_busy_and_is_opened_later()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open(_time, openStream: _files.Open);
        await database.CreateNewUserAsync(new("alice", "secret"), _guard);
        _files.Fault = what => what.StartsWith("users", StringComparison.Ordinal) ? FaultyFiles.DiskFull : null;
        Assert.AreEqual(LoginCode.Busy, (await database.CreateNewUserAsync(new("bob", "secret"), _guard)).Code);
        for (int i = 0; i < 3; i++)
        {
            _time.Advance(DatabaseThread<UserStore>.RetryAfter);
            Assert.AreEqual(LoginCode.Busy, (await database.AuthenticateUserAsync(new("alice", "secret"), _guard)).Code);
            Assert.AreEqual(LoginCode.Busy, (await database.CreateNewUserAsync(new("bob", "secret"), _guard)).Code);
            await Assert.ThrowsExactlyAsync<ServerLibException>(() => database.HasUserAsync("alice", _guard).AsTask());
            await Assert.ThrowsExactlyAsync<ServerLibException>(() => database.SaveAsync(_guard).AsTask());
            Assert.IsFalse(database.IsHealthy);
        }

        _files.Fault = _ => null;
        _time.Advance(DatabaseThread<UserStore>.RetryAfter);
        Assert.IsTrue((await database.AuthenticateUserAsync(new("alice", "secret"), _guard)).IsOk);
        Assert.IsTrue(database.IsHealthy);
    }

    [TestMethod]
    public async Task Logoffs_and_broadcasts_during_a_failure_are_saved_later()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open(_time, openStream: _files.Open);
        foreach (string name in (string[])["alice", "bob"])
        {
            await database.CreateNewUserAsync(new(name, "secret"), _guard);
            await database.LogConnectionAsync(name, AccountsFolder.Address(1), _guard);
            await database.LogConnectionAsync(name, AccountsFolder.Address(2), _guard);
        }

        await database.UpdateStatsAsync("alice", 1, _guard);
        _files.Fault = what => what.StartsWith("users", StringComparison.Ordinal) ? FaultyFiles.DiskFull : null;
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => database.SaveAsync(_guard).AsTask());
        await database.UpdateStatsAsync("alice", 2, _guard);
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => database.SaveAsync(_guard).AsTask());
        await database.LogDisconnectionAsync("alice", _guard);
        _files.Fault = _ => null;
        _time.Advance(DatabaseThread<UserStore>.RetryAfter);

        Assert.AreEqual("1 3 2 1", await AccountsFolder.NumbersAsync(database, "alice", _guard));
        Assert.AreEqual("2 0 2 0", await AccountsFolder.NumbersAsync(database, "bob", _guard));
    }

    /// <summary>Lets the next attempt to write begin, and waits for it.</summary>
    private async Task RetryAsync(LiteDbUserDatabase database)
    {
        _time.Advance(DatabaseThread<UserStore>.RetryAfter);
        await database.HasUserAsync("alice", _guard);
    }

    [TestMethod]
    public async Task A_commit_that_succeeds_but_reports_an_error_counts_once()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open(_time, openStream: _files.Open);
        await database.CreateNewUserAsync(new("alice", "secret"), _guard);
        await database.LogConnectionAsync("alice", AccountsFolder.Address(1), _guard);
        await database.UpdateStatsAsync("alice", 5, _guard);
        await database.HasUserAsync("alice", _guard);

        await FailOnceAsync(() => database.SaveAsync(_guard).AsTask());
        Assert.AreEqual("1 5 1 0", await AccountsFolder.NumbersAsync(database, "alice", _guard));
        FailOnce();
        await database.LogConnectionAsync("alice", AccountsFolder.Address(2), _guard);
        Assert.IsTrue(await database.HasUserAsync("alice", _guard));
        Assert.AreEqual("2 5 2 0", await AccountsFolder.NumbersAsync(database, "alice", _guard));

        async Task FailOnceAsync(Func<Task> action)
        {
            FailOnce();
            await Assert.ThrowsExactlyAsync<ServerLibException>(action);
        }

        void FailOnce()
        {
            int faults = 0;
            _files.Fault = what => what == "users-log.db flush" && Interlocked.Increment(ref faults) == 1 ? FaultyFiles.DiskFull : null;
        }
    }

    [TestMethod]
    public void A_commit_does_not_return_before_its_pages_are_in_the_log()
    {
        using var folder = new TempFolder();
        using var log = new LosingStream();
        using DatabaseFile file = DatabaseFile.Open(
            folder.File("users.db"),
            isDurable: true,
            path => path.EndsWith("-log.db", StringComparison.Ordinal) ? log : new MemoryStream(),
            TimeSpan.Zero);
        file.Accept();
        file.Begin();
        file.Database.GetCollection("users").Insert(new LiteDB.BsonDocument());

        log.IsLosing = true;
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => file.Commit()).Message, "does not write its log");
        file.Freeze();
    }

    [TestMethod]
    public async Task A_marker_that_can_not_be_written_prevents_the_first_registration()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open(_time);
        Directory.CreateDirectory(folder.File("users.marker"));
        Assert.AreEqual(LoginCode.Busy, (await database.CreateNewUserAsync(new("alice", "secret"), _guard)).Code);
        Assert.IsFalse(database.IsHealthy);

        // When this one is answered, the database waits for its next attempt.
        Assert.AreEqual(LoginCode.Busy, (await database.CreateNewUserAsync(new("alice", "secret"), _guard)).Code);
        Directory.Delete(folder.File("users.marker"));
        _time.Advance(DatabaseThread<UserStore>.RetryAfter);
        await database.AuthenticateUserAsync(new("alice", "secret"), _guard);
        Assert.IsTrue(File.Exists(folder.File("users.marker")));
        Assert.IsTrue(database.IsHealthy);
    }

    [TestMethod]
    public async Task A_failure_under_load_answers_every_caller_and_keeps_confirmed_accounts()
    {
        using var folder = new AccountsFolder();
        int writes = 0;
        List<string> acknowledged;
        await using (LiteDbUserDatabase database = folder.Open(_time, openStream: _files.Open))
        {
            _files.Fault = what =>
                what == "users-log.db write" && Interlocked.Increment(ref writes) % 97 == 0 ? FaultyFiles.DiskFull : null;
            LoginResult[] results = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(
                () => database.CreateNewUserAsync(new($"user{i}", "secret"), _guard).AsTask(), _guard)));
            _files.Fault = _ => null;
            acknowledged = [.. results.Where(result => result.IsOk).Select(result => result.Alias!)];
        }

        await using LiteDbUserDatabase again = folder.Open();
        CollectionAssert.IsSubsetOf(acknowledged, (await AccountsFolder.AuditAsync(again, _guard)).Keys);
    }

    /// <summary>A file whose writes never happen, as if they took forever.</summary>
    private sealed class LosingStream : MemoryStream
    {
        private volatile bool _isLosing;

        public bool IsLosing
        {
            set => _isLosing = value;
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (!_isLosing)
                base.Write(buffer, offset, count);
        }
    }
}
