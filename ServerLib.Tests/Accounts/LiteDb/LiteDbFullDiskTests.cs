using Microsoft.Extensions.Time.Testing;
using ServerLib.Accounts;
using ServerLib.Files;
using ServerLib.Tests.Files;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Accounts;

/// <summary>A database that can be read but not written.</summary>
[TestClass]
public sealed class LiteDbFullDiskTests
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FaultyFiles _files = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ListLogger<LiteDbUserDatabase> _log = new();
    private readonly ServerProblems _problems;

    public LiteDbFullDiskTests() => _problems = new ServerProblems(_time);

    [TestMethod]
    public async Task Known_users_log_in_and_changes_fail_while_the_disk_is_full()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = await OpenAsync(folder);
        _files.Fault = IsFull;
        for (int i = 0; i < 5; i++)
        {
            Assert.AreEqual(LoginResult.Ok("alice"), await database.AuthenticateUserAsync(new("alice", "secret"), _guard));
            Assert.AreEqual(LoginCode.Failure, (await database.AuthenticateUserAsync(new("alice", "wrong"), _guard)).Code);
            Assert.AreEqual(LoginCode.Failure, (await database.AuthenticateUserAsync(new("nobody", "secret"), _guard)).Code);
            await database.LogConnectionAsync("alice", AccountsFolder.Address(i), _guard);
            Assert.AreEqual(LoginCode.Busy, (await database.CreateNewUserAsync(new("bob", "secret"), _guard)).Code);
            await Assert.ThrowsExactlyAsync<ServerLibException>(() => database.SetPasswordAsync("alice", "other", null, _guard).AsTask());
            await Assert.ThrowsExactlyAsync<ServerLibException>(() => database.SetLockedAsync("alice", true, _guard).AsTask());
            await Assert.ThrowsExactlyAsync<ServerLibException>(() => database.AddBanAsync(new Ban("mallory"), _guard).AsTask());
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.IsFalse(database.IsHealthy);
    }

    [TestMethod]
    public async Task Logins_during_a_full_disk_are_written_once_it_has_room()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = await OpenAsync(folder);
        folder.Hasher.Version = "v2";
        _files.Fault = IsFull;
        for (int i = 0; i < 150; i++)
        {
            await database.AuthenticateUserAsync(new("alice", "secret"), _guard);
            await database.LogConnectionAsync("alice", AccountsFolder.Address(1), _guard);
            if (i % 2 == 0)
                await database.LogDisconnectionAsync("alice", _guard);
        }

        _files.Fault = _ => null;
        await RetryAsync(database);
        Assert.AreEqual("75 0 150 75", await AccountsFolder.NumbersAsync(database, "alice", _guard));
        await database.AuthenticateUserAsync(new("alice", "secret"), _guard);
        Assert.AreEqual("v2:secret", folder.Hasher.Compared[^1]);
    }

    [TestMethod]
    public async Task A_login_does_not_wait_for_a_write()
    {
        using var folder = new AccountsFolder();
        using var written = new ManualResetEventSlim();
        await using LiteDbUserDatabase database = await OpenAsync(folder);
        _ = _files.BlockAt("users-log.db flush", written, _guard);
        try
        {
            Assert.AreEqual(LoginResult.Ok("alice"), await database.AuthenticateUserAsync(new("alice", "secret"), _guard));
            await database.LogConnectionAsync("alice", AccountsFolder.Address(1), _guard);
        }
        finally
        {
            written.Set();
        }
    }

    [TestMethod]
    public async Task A_read_that_meets_a_failing_write_is_repeated()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = await OpenAsync(folder);
        _files.Fault = IsFull;
        Task<LoginResult>[] registrations =
            [.. Enumerable.Range(0, 50).Select(i => database.CreateNewUserAsync(new($"user{i}", "secret"), _guard).AsTask())];
        Task<LoginResult>[] logins =
            [.. Enumerable.Range(0, 50).Select(_ => database.AuthenticateUserAsync(new("alice", "secret"), _guard).AsTask())];

        Assert.IsTrue((await Task.WhenAll(logins)).All(login => login.IsOk));
        Assert.IsTrue((await Task.WhenAll(registrations)).All(registration => registration.Code == LoginCode.Busy));
    }

    [TestMethod]
    public async Task A_full_disk_is_tried_every_five_seconds_and_not_for_every_change()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = await OpenAsync(folder);
        int tried = 0;
        _files.Fault = what =>
        {
            Exception? fault = IsFull(what);
            if (fault is not null)
                Interlocked.Increment(ref tried);
            return fault;
        };
        for (int i = 0; i < 3; i++)
        {
            for (int change = 0; change < 20; change++)
                Assert.AreEqual(LoginCode.Busy, (await database.CreateNewUserAsync(new($"user{change}", "secret"), _guard)).Code);
            await RetryAsync(database);
        }

        // Twice at first, and once each time that five seconds have passed.
        Assert.AreEqual(5, tried);
        var e = await Assert.ThrowsExactlyAsync<ServerLibException>(() => database.SetLockedAsync("alice", true, _guard).AsTask());
        StringAssert.Contains(e.Message, FaultyFiles.DiskFull.Message);
    }

    [TestMethod]
    public async Task A_full_disk_is_a_problem_until_it_has_room_even_if_nobody_writes()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = await OpenAsync(folder);
        Assert.IsEmpty(_problems.Current);
        DateTimeOffset since = _time.GetUtcNow();
        _files.Fault = IsFull;
        Assert.AreEqual(LoginCode.Busy, (await database.CreateNewUserAsync(new("bob", "secret"), _guard)).Code);
        await RetryAsync(database);
        ServerProblem problem = _problems.Current.Single();
        Assert.AreEqual(("accounts", since), (problem.Name, problem.Since));
        StringAssert.Contains(problem.Reason, FaultyFiles.DiskFull.Message);

        _files.Fault = _ => null;
        await RetryAsync(database);
        Assert.IsEmpty(_problems.Current);
        Assert.IsTrue(database.IsHealthy);
    }

    [TestMethod]
    public async Task Logins_beyond_the_limit_are_lost_with_one_warning()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = await OpenAsync(folder);
        _files.Fault = IsFull;
        for (int i = 0; i < LoginRecords.Capacity + 10; i++)
        {
            await database.LogConnectionAsync("alice", AccountsFolder.Address(1), _guard);
            if (i % 1_000 == 0)
                await database.HasUserAsync("alice", _guard);
        }

        await database.HasUserAsync("alice", _guard);
        _files.Fault = _ => null;
        _time.Advance(DatabaseThread<UserStore>.RetryAfter);

        Assert.StartsWith($"{LoginRecords.Capacity} 0 {LoginRecords.Capacity} ", await AccountsFolder.NumbersAsync(database, "alice", _guard));
        Assert.AreEqual(1, _log.Entries.Count(entry => entry.Message.Contains("already wait in memory")));
    }

    [TestMethod]
    public async Task A_new_hash_that_waits_does_not_undo_a_password_change()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = await OpenAsync(folder);
        folder.Hasher.Version = "v2";
        int faults = 0;
        _files.Fault = what => what == "users-log.db write" && Interlocked.Increment(ref faults) == 1 ? FaultyFiles.DiskFull : null;
        Assert.IsTrue((await database.AuthenticateUserAsync(new("alice", "secret"), _guard)).IsOk);
        await database.HasUserAsync("alice", _guard);
        Assert.IsTrue((await database.SetPasswordAsync("alice", "other", null, _guard)).IsOk);
        await database.SaveAsync(_guard);

        Assert.HasCount(1, await AccountsFolder.AttemptsAsync(database, "alice", _guard));
        Assert.IsTrue((await database.AuthenticateUserAsync(new("alice", "other"), _guard)).IsOk);
        Assert.AreEqual(LoginCode.Failure, (await database.AuthenticateUserAsync(new("alice", "secret"), _guard)).Code);
    }

    [TestMethod]
    public async Task Records_that_wait_are_written_at_the_end_if_the_disk_has_room_again()
    {
        using var folder = new AccountsFolder();
        await using (LiteDbUserDatabase database = await OpenAsync(folder))
        {
            _files.Fault = IsFull;
            for (int i = 0; i < 2; i++)
                await database.CreateNewUserAsync(new("bob", "secret"), _guard);
            await database.LogConnectionAsync("alice", AccountsFolder.Address(1), _guard);
            await database.LogDisconnectionAsync("alice", _guard);
            await database.UpdateStatsAsync("alice", 3, _guard);
            _files.Fault = _ => null;
        }

        await using LiteDbUserDatabase again = folder.Open();
        Assert.AreEqual("0 3 1 1", await AccountsFolder.NumbersAsync(again, "alice", _guard));
    }

    [TestMethod]
    public async Task Users_log_in_if_the_log_does_not_fit_into_the_data_file()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = await OpenAsync(folder);
        _files.Fault = what => what == "users.db write" ? FaultyFiles.DiskFull : null;
        int added = 0;
        while ((await database.CreateNewUserAsync(new($"user{added}", "secret"), _guard)).IsOk)
            added++;
        for (int i = 0; i < 3; i++)
        {
            Assert.AreEqual(LoginResult.Ok("alice"), await database.AuthenticateUserAsync(new("alice", "secret"), _guard));
            await RetryAsync(database);
        }

        Assert.IsFalse(database.IsHealthy);
        _files.Fault = _ => null;
        await RetryAsync(database);
        Assert.IsTrue(database.IsHealthy);
        Assert.IsTrue((await database.CreateNewUserAsync(new("bob", "secret"), _guard)).IsOk);
    }

    [TestMethod]
    public async Task Invitations_are_listed_while_the_disk_is_full()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = await OpenAsync(folder);
        await database.InviteAsync(cancellationToken: _guard);
        _files.Fault = IsFull;
        for (int i = 0; i < 2; i++)
            await database.CreateNewUserAsync(new("bob", "secret"), _guard);

        Assert.HasCount(1, await database.ListInvitationsAsync(_guard));
    }

    [TestMethod]
    public async Task A_record_for_a_removed_account_does_not_change_its_successor()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = await OpenAsync(folder);
        int faults = 0;
        _files.Fault = what => what == "users-log.db write" && Interlocked.Increment(ref faults) == 1 ? FaultyFiles.DiskFull : null;
        await database.AuthenticateUserAsync(new("alice", "wrong"), _guard);
        await database.HasUserAsync("alice", _guard);
        Assert.IsTrue(await database.RemoveAccountAsync("alice", _guard));
        Assert.IsTrue((await database.CreateNewUserAsync(new("alice", "other"), _guard)).IsOk);

        Assert.IsEmpty(await AccountsFolder.AttemptsAsync(database, "alice", _guard));
    }

    [TestMethod]
    public async Task Logons_that_wait_for_a_removed_account_do_not_change_its_successor()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = await OpenAsync(folder);
        await database.CreateNewUserAsync(new("carol", "secret"), _guard);

        // So the next attempt to write is not at the same time as the next saving.
        _time.Advance(TimeSpan.FromSeconds(2));
        _files.Fault = IsFull;
        for (int i = 0; i < 2; i++)
            await database.CreateNewUserAsync(new("bob", "secret"), _guard);
        await database.LogConnectionAsync("alice", AccountsFolder.Address(1), _guard);
        await database.LogConnectionAsync("carol", AccountsFolder.Address(1), _guard);
        await database.LogDisconnectionAsync("alice", _guard);
        _files.Fault = _ => null;
        await RetryAsync(database);
        Assert.IsTrue(await database.RemoveAccountAsync("alice", _guard));
        Assert.IsTrue((await database.CreateNewUserAsync(new("alice", "other"), _guard)).IsOk);

        Assert.AreEqual("0 0 0 0", await AccountsFolder.NumbersAsync(database, "alice", _guard));
        Assert.AreEqual("1 0 1 0", await AccountsFolder.NumbersAsync(database, "carol", _guard));
    }

    private static Exception? IsFull(string what) => what == "users-log.db write" ? FaultyFiles.DiskFull : null;

    private async Task<LiteDbUserDatabase> OpenAsync(AccountsFolder folder)
    {
        LiteDbUserDatabase database = folder.Open(_time, _log, _files.Open, problems: _problems);
        await database.CreateNewUserAsync(new("alice", "secret"), _guard);
        return database;
    }

    /// <summary>Lets the next attempt to write begin, and waits for it.</summary>
    private async Task RetryAsync(LiteDbUserDatabase database)
    {
        _time.Advance(DatabaseThread<UserStore>.RetryAfter);
        await database.HasUserAsync("alice", _guard);
    }
}
