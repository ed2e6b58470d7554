using LiteDB;
using Microsoft.Extensions.Time.Testing;

namespace ServerLib.Tests.Accounts;

[TestClass]
public sealed class LiteDbAdministrationTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly AccountsFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Start);

    [TestMethod]
    public async Task An_account_shows_when_it_was_added_and_its_password_was_set()
    {
        await using LiteDbUserDatabase database = await OpenAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        await database.SetPasswordAsync("ALICE", "another", cancellationToken: _guard);

        Assert.AreEqual(new UserAccount("Alice", false, false, Start, Start.AddMinutes(1)), await database.FindAccountAsync("aliCE", _guard));
        Assert.IsNull(await database.FindAccountAsync("bob", _guard));
    }

    [TestMethod]
    public async Task Accounts_are_listed_in_the_order_in_which_they_were_added()
    {
        await using LiteDbUserDatabase database = await OpenAsync();
        string[] names = [.. Enumerable.Range(0, 250).Select(i => $"user{250 - i}")];
        foreach (string name in names)
            Assert.AreEqual(LoginResult.Ok(name), await database.AddAccountAsync(name, "secret", _guard));

        var listed = new List<string>();
        await foreach (UserAccount account in database.ListAccountsAsync(_guard))
            listed.Add(account.Name);
        CollectionAssert.AreEqual((string[])["Alice", .. names], listed);
    }

    [TestMethod]
    public async Task An_account_is_added_once_and_can_log_in()
    {
        await using LiteDbUserDatabase database = await OpenAsync();

        Assert.AreEqual(LoginCode.Failure, (await database.AddAccountAsync("ALICE", "mine now", _guard)).Code);
        Assert.IsTrue((await LogInAsync(database, "secret")).IsOk);
        Assert.AreEqual(LoginCode.Failure, (await LogInAsync(database, "mine now")).Code);
        _folder.Hasher.IsBusy = true;
        Assert.AreEqual(LoginCode.Busy, (await database.AddAccountAsync("bob", "secret", _guard)).Code);
        Assert.IsNull(await database.FindAccountAsync("bob", _guard));
    }

    [TestMethod]
    public async Task A_new_password_replaces_the_old_one_and_survives_a_kill()
    {
        LiteDbUserDatabase database = await OpenAsync();
        Assert.AreEqual(LoginResult.Ok("Alice"), await database.SetPasswordAsync("alice", "another", cancellationToken: _guard));
        _folder.Kill();
        await database.DisposeAsync();

        await using LiteDbUserDatabase again = _folder.Open(_time);
        Assert.AreEqual(LoginCode.Failure, (await LogInAsync(again, "secret")).Code);
        Assert.IsTrue((await LogInAsync(again, "another")).IsOk);
    }

    [TestMethod]
    public async Task A_password_that_was_changed_in_the_meantime_is_not_overwritten()
    {
        await using LiteDbUserDatabase database = await OpenAsync();
        UserAccount before = (await database.FindAccountAsync("alice", _guard))!;
        await database.SetPasswordAsync("alice", "the owner's", before, _guard);

        Assert.AreEqual(LoginCode.Failure, (await database.SetPasswordAsync("alice", "the thief's", before, _guard)).Code);
        Assert.IsTrue((await LogInAsync(database, "the owner's")).IsOk);
        UserAccount now = (await database.FindAccountAsync("alice", _guard))!;
        Assert.IsTrue((await database.SetPasswordAsync("alice", "again", now, _guard)).IsOk);
    }

    [TestMethod]
    public async Task A_login_fails_if_the_password_is_changed_during_it()
    {
        var hasher = new SlowHasher();
        using var folder = new TempFolder();
        await using var database = new LiteDbUserDatabase(folder.Path, hasher);
        await database.CreateNewUserAsync(new("alice", "secret"), _guard);
        Task<LoginResult> login = database.AuthenticateUserAsync(new("alice", "secret"), _guard).AsTask();
        await hasher.Verifying.Task.WaitAsync(_guard);
        await database.SetPasswordAsync("alice", "another", cancellationToken: _guard);
        hasher.GoOn.SetResult();

        Assert.AreEqual(LoginCode.Failure, (await login).Code);
    }

    [TestMethod]
    public async Task A_password_change_fails_for_unknown_names_and_when_the_hasher_is_busy()
    {
        await using LiteDbUserDatabase database = await OpenAsync();

        Assert.AreEqual(LoginCode.Failure, (await database.SetPasswordAsync("bob", "another", cancellationToken: _guard)).Code);
        _folder.Hasher.IsBusy = true;
        Assert.AreEqual(LoginCode.Busy, (await database.SetPasswordAsync("alice", "another", cancellationToken: _guard)).Code);
    }

    [TestMethod]
    public async Task A_locked_account_fails_like_a_wrong_password_until_it_is_unlocked()
    {
        await using LiteDbUserDatabase database = await OpenAsync();
        Assert.IsTrue(await database.SetLockedAsync("ALICE", true, _guard));
        _folder.Hasher.Compared.Clear();

        Assert.AreEqual(LoginCode.Failure, (await LogInAsync(database, "secret")).Code);
        Assert.HasCount(1, _folder.Hasher.Compared);
        Assert.IsTrue((await database.FindAccountAsync("alice", _guard))!.IsLocked);
        Assert.IsTrue(await database.SetLockedAsync("alice", false, _guard));
        Assert.IsTrue((await LogInAsync(database, "secret")).IsOk);
        Assert.IsFalse(await database.SetLockedAsync("bob", true, _guard));
    }

    [TestMethod]
    public async Task An_admin_role_survives_a_restart_until_it_is_revoked()
    {
        await using (LiteDbUserDatabase database = await OpenAsync())
            Assert.IsTrue(await database.SetAdminAsync("alice", true, _guard));

        await using LiteDbUserDatabase again = _folder.Open(_time);
        Assert.IsTrue((await again.FindAccountAsync("alice", _guard))!.IsAdmin);
        Assert.IsTrue(await again.SetAdminAsync("alice", false, _guard));
        Assert.IsFalse((await again.FindAccountAsync("alice", _guard))!.IsAdmin);
        Assert.IsFalse(await again.SetAdminAsync("bob", true, _guard));
    }

    [TestMethod]
    public async Task A_removed_account_frees_its_name()
    {
        await using LiteDbUserDatabase database = await OpenAsync();
        await database.SetAdminAsync("alice", true, _guard);
        Assert.IsTrue(await database.RemoveAccountAsync("ALICE", _guard));

        Assert.IsFalse(await database.HasUserAsync("alice", _guard));
        Assert.IsFalse(await database.RemoveAccountAsync("alice", _guard));
        Assert.AreEqual(LoginCode.Failure, (await LogInAsync(database, "secret")).Code);
        Assert.IsTrue((await database.AddAccountAsync("alice", "new secret", _guard)).IsOk);
        Assert.IsFalse((await database.FindAccountAsync("alice", _guard))!.IsAdmin);
    }

    [TestMethod]
    public async Task Connections_of_a_removed_account_do_not_count_for_the_next_with_its_name()
    {
        await using LiteDbUserDatabase database = await OpenAsync();
        await database.LogConnectionAsync("alice", AccountsFolder.Address(1), _guard);
        await database.RemoveAccountAsync("alice", _guard);
        await database.AddAccountAsync("alice", "new secret", _guard);
        await database.LogDisconnectionAsync("alice", _guard);
        await database.LogConnectionAsync("alice", AccountsFolder.Address(2), _guard);

        Assert.AreEqual("1 0 1 0", await AccountsFolder.NumbersAsync(database, "alice", _guard));
    }

    [TestMethod]
    public async Task A_database_without_its_last_account_has_no_marker()
    {
        await using (LiteDbUserDatabase database = await OpenAsync())
        {
            Assert.IsTrue(File.Exists(_folder.File("users.marker")));
            await database.RemoveAccountAsync("alice", _guard);
            Assert.IsFalse(File.Exists(_folder.File("users.marker")));
        }

        await using LiteDbUserDatabase again = _folder.Open(_time);
        Assert.IsTrue((await again.AddAccountAsync("bob", "secret", _guard)).IsOk);
        Assert.IsTrue(File.Exists(_folder.File("users.marker")));
    }

    [TestMethod]
    public async Task Accounts_of_an_earlier_version_can_log_in_and_be_administered()
    {
        await using (await OpenAsync())
        {
            // One to take the newer members from.
        }

        using (var file = new LiteDatabase($"Filename={_folder.File("users.db")};Connection=direct"))
        {
            ILiteCollection<BsonDocument> users = file.GetCollection("users");
            BsonDocument alice = users.FindOne("$.Key = @0", "alice");
            foreach (string member in (string[])["PasswordSetAt", "IsAdmin", "IsLocked", "RegisteredAt"])
                Assert.IsTrue(alice.Remove(member));
            users.Update(alice);
            file.DropCollection("invitations");
        }

        await using LiteDbUserDatabase database = _folder.Open(_time);
        Assert.IsTrue((await LogInAsync(database, "secret")).IsOk);
        UserAccount old = (await database.FindAccountAsync("alice", _guard))!;
        Assert.AreEqual(new UserAccount("Alice", false, false, null, null), old);
        Assert.IsTrue((await database.SetPasswordAsync("alice", "another", old, _guard)).IsOk);
        Assert.IsTrue(await database.SetAdminAsync("alice", true, _guard));
        Assert.AreEqual(new UserAccount("Alice", true, false, null, Start), await database.FindAccountAsync("alice", _guard));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<LiteDbUserDatabase> OpenAsync()
    {
        LiteDbUserDatabase database = _folder.Open(_time);
        Assert.IsTrue((await database.CreateNewUserAsync(new("Alice", "secret"), _guard)).IsOk);
        return database;
    }

    private ValueTask<LoginResult> LogInAsync(LiteDbUserDatabase database, string password) =>
        database.AuthenticateUserAsync(new("alice", password), _guard);

    /// <summary>Finds every password right, once it is told to go on.</summary>
    private sealed class SlowHasher : IPasswordHasher
    {
        public TaskCompletionSource Verifying { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask<string?> HashAsync(string password, bool hasPriority = false, CancellationToken cancellationToken = default) =>
            new(password);

        public async ValueTask<PasswordVerification> VerifyAsync(
            string password, string hash, bool hasPriority = false, CancellationToken cancellationToken = default)
        {
            Verifying.SetResult();
            await GoOn.Task;
            return PasswordVerification.Success;
        }
    }
}
