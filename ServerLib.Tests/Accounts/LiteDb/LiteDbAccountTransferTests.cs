using ServerLib.Passwords;

namespace ServerLib.Tests.Accounts;

[TestClass]
public sealed class LiteDbAccountTransferTests : IDisposable
{
    private const string Password = "correct horse battery staple";
    private const string Bcrypt = "$2a$04$CCCCCCCCCCCCCCCCCCCCC.0uP/2zHIr81tVya45gVnDFLBmqu9l4W";

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly AccountsFolder _folder = new();
    private readonly Argon2idPasswordHasher _hasher = new(new() { MemorySize = 8, Iterations = 1, Threads = 1 });

    [TestMethod]
    public async Task An_account_keeps_all_its_data()
    {
        var full = new AccountRecord
        {
            Name = "Zoë",
            PasswordHash = Bcrypt,
            IsAdmin = true,
            IsLocked = true,
            RegisteredAt = new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero),
            RegisteredFrom = "127.0.0.1:52814",
            PasswordSetAt = new DateTimeOffset(2021, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Keys = [new UserKey("laptop", UserKey.FingerprintOf([1]), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1))],
            Attempts = ["10.0.0.1:1", "[::1]:2"],
            AttemptCount = 17,
            Logons = ["10.0.0.1:1"],
            LogonCount = 12,
            Broadcasts = 7_000_000_000,
        };
        LiteDbUserDatabase database = Open();
        CollectionAssert.AreEqual(new[] { new AccountAddition(true) }, (await database.AddAccountsAsync([full], _guard)).ToArray());
        _folder.Kill();
        await database.DisposeAsync();

        await using LiteDbUserDatabase again = Open();
        AccountPage page = await again.ReadAccountsAsync(10, cancellationToken: _guard);

        Assert.IsNull(page.Next);
        AccountRecord read = page.Accounts.Single();
        CollectionAssert.AreEqual(full.Keys.ToArray(), read.Keys.ToArray());
        CollectionAssert.AreEqual(full.Attempts.ToArray(), read.Attempts.ToArray());
        CollectionAssert.AreEqual(full.Logons.ToArray(), read.Logons.ToArray());
        Assert.AreEqual(full with { Keys = [], Attempts = [], Logons = [] }, read with { Keys = [], Attempts = [], Logons = [] });
        Assert.AreEqual((0, 7_000_000_000, 12, 12), Numbers(await AccountsFolder.AuditAsync(again, _guard)));

        static (long, long, long, long) Numbers(Dictionary<string, System.Text.Json.JsonElement> accounts)
        {
            System.Text.Json.JsonElement all = accounts["Zoë"].GetProperty("statistics");
            return (Of("active_connections"), Of("successful_broadcast_count"), Of("logon_count"), Of("logoff_count"));

            long Of(string name) => all.GetProperty(name).GetInt64();
        }
    }

    [TestMethod]
    public async Task An_existing_account_is_never_changed()
    {
        await using LiteDbUserDatabase database = Open();
        await database.AddAccountAsync("Alice", "correct horse", _guard);

        IReadOnlyList<AccountAddition> results = await database.AddAccountsAsync(
            [Account("ALICE") with { IsAdmin = true }, Account("bob"), Account("BOB") with { IsAdmin = true }], _guard);

        CollectionAssert.AreEqual(new AccountAddition[] { new(false), new(true), new(false) }, results.ToArray());
        Assert.IsTrue((await database.AuthenticateUserAsync(new Credentials("alice", "correct horse"), _guard)).IsOk);
        Assert.IsFalse((await database.FindAccountAsync("bob", _guard))!.IsAdmin);
        CollectionAssert.AreEqual(
            new[] { true, true, false, false }, (await database.HaveAccountsAsync(["aLICE", "Bob", "carol", "\ud800"], _guard)).ToArray());
    }

    [TestMethod]
    public async Task An_account_that_is_not_valid_is_refused_and_the_others_are_added()
    {
        await using LiteDbUserDatabase database = Open();

        IReadOnlyList<AccountAddition> results = await database.AddAccountsAsync(
            [
                Account("a b"),
                Account("carol") with { PasswordHash = "secret" },
                Account("dave") with { Broadcasts = -1 },
                Account("erin") with { Keys = [new UserKey("laptop", "SHA256:x", DateTimeOffset.UnixEpoch)] },
                Account("frank") with { Attempts = ["\u001b[2J"] },
                Account("good"),
            ],
            _guard);

        CollectionAssert.AreEqual(
            new[]
            {
                "A name must not contain white space",
                "it must be a bcrypt, scrypt, PBKDF2 or Argon2 hash",
                "a counter is negative",
                "a key is not valid",
                "an address is not valid",
                null,
            },
            results.Select(result => result.Problem).ToArray());
        CollectionAssert.AreEqual(new[] { "good" }, await NamesAsync(database));
    }

    [TestMethod]
    public async Task Many_accounts_are_read_in_pages()
    {
        await using LiteDbUserDatabase database = Open();
        AccountRecord[] all = [.. Enumerable.Range(0, 250).Select(i => Account($"user{i}"))];
        Assert.AreEqual(250, (await database.AddAccountsAsync(all, _guard)).Count(result => result.IsAdded));

        CollectionAssert.AreEqual(all.Select(account => account.Name).ToArray(), await NamesAsync(database));
        await Assert.ThrowsExactlyAsync<ArgumentException>(async () => await database.ReadAccountsAsync(1, "x", _guard));
    }

    [TestMethod]
    public async Task An_imported_hash_is_replaced_at_the_next_login()
    {
        await using LiteDbUserDatabase database = Open();
        string wrapped = (await _hasher.WrapAsync(WrappedHash.OldHashOf("old password"), _guard))!;
        await database.AddAccountsAsync([Account("alice"), Account("bob") with { PasswordHash = wrapped }], _guard);

        Assert.AreEqual(LoginCode.Failure, await LogInAsync("alice", "wrong"));
        Assert.AreEqual(LoginCode.Failure, await LogInAsync("bob", "wrong"));
        CollectionAssert.AreEqual(new[] { Bcrypt, wrapped }, await HashesAsync(database));
        Assert.AreEqual(LoginCode.Ok, await LogInAsync("alice", Password));
        Assert.AreEqual(LoginCode.Ok, await LogInAsync("bob", "old password"));

        string[] hashes = await HashesAsync(database);
        Assert.StartsWith("$argon2id$v=19$m=8,t=1,p=1$", hashes[0]);
        Assert.StartsWith("$argon2id$v=19$m=8,t=1,p=1$", hashes[1]);
        Assert.AreEqual(LoginCode.Ok, await LogInAsync("alice", Password));
        Assert.AreEqual(LoginCode.Ok, await LogInAsync("bob", "old password"));

        async Task<LoginCode> LogInAsync(string name, string password) =>
            (await database.AuthenticateUserAsync(new Credentials(name, password), _guard)).Code;
    }

    public void Dispose()
    {
        _hasher.Dispose();
        _folder.Dispose();
    }

    private static AccountRecord Account(string name) => new() { Name = name, PasswordHash = Bcrypt };

    private LiteDbUserDatabase Open() => new(_folder.Path, _hasher);

    private async Task<string[]> NamesAsync(LiteDbUserDatabase database) => [.. (await ReadAsync(database)).Select(account => account.Name)];

    private async Task<string[]> HashesAsync(LiteDbUserDatabase database) =>
        [.. (await ReadAsync(database)).Select(account => account.PasswordHash)];

    private async Task<List<AccountRecord>> ReadAsync(LiteDbUserDatabase database)
    {
        List<AccountRecord> all = [];
        string? next = null;
        do
        {
            AccountPage page = await database.ReadAccountsAsync(1_000, next, _guard);
            all.AddRange(page.Accounts);
            next = page.Next;
        }
        while (next is not null);
        return all;
    }
}
