using Microsoft.Extensions.Time.Testing;
using ServerLib.PostgreSql;

namespace ServerLib.Tests.PostgreSql;

/// <summary>Accounts move from LiteDB to PostgreSQL and back.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class PostgreSqlTransferTests : PostgresTest
{
    private static readonly string Fingerprint = UserKey.FingerprintOf([1]);
    private static readonly Argon2idPasswordHasher RealHasher = new(new PasswordHashingOptions { MemorySize = 64, Iterations = 1 });

    private string _hash = "";

    [TestInitialize]
    public async Task HashAsync() => _hash = (await RealHasher.HashAsync("secret", cancellationToken: Token))!;

    [TestMethod]
    public async Task Accounts_are_the_same_after_a_move_to_PostgreSQL_and_back()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1_234_567));
        AccountRecord[] accounts =
        [
            Account("Zo\u00eb", time) with
            {
                IsAdmin = true,
                Keys = [new UserKey("laptop", Fingerprint, time.GetUtcNow(), null), new UserKey("Phone", UserKey.FingerprintOf([2]), time.GetUtcNow(), time.GetUtcNow())],
            },
            Account("ada", time) with { IsLocked = true, RegisteredAt = null, PasswordSetAt = null, RegisteredFrom = "" },
            .. Enumerable.Range(0, 250).Select(i => Account($"user{i}", time)),
        ];
        await using var postgres = new PostgreSqlUserDatabase(Database, RealHasher, time);
        IReadOnlyList<AccountAddition> added = await postgres.AddAccountsAsync(accounts, Token);
        Assert.IsTrue(added.All(one => one.IsAdded));
        List<AccountRecord> copied = await ReadAllAsync(postgres);
        AssertSame(accounts, copied);

        using var folder = new TempFolder();
        await using var liteDb = new LiteDbUserDatabase(folder.File("data"), RealHasher, time);
        await liteDb.AddAccountsAsync(copied, Token);

        // LiteDB stores times of keys in milliseconds.
        AssertSame(accounts.Skip(1), (await ReadAllAsync(liteDb)).Skip(1));
    }

    private AccountRecord Account(string name, FakeTimeProvider time) => new()
    {
        Name = name,
        PasswordHash = _hash,
        RegisteredAt = time.GetUtcNow(),
        RegisteredFrom = "127.0.0.1:1",
        PasswordSetAt = time.GetUtcNow().AddTicks(1),
        Attempts = ["127.0.0.1:2", "[::1]:3"],
        AttemptCount = 7,
        Logons = ["127.0.0.1:4"],
        LogonCount = 5,
        Broadcasts = 1_000_000_000_000,
    };

    private async Task<List<AccountRecord>> ReadAllAsync(IAccountTransfer database)
    {
        List<AccountRecord> all = [];
        string? next = null;
        do
        {
            AccountPage page = await database.ReadAccountsAsync(100, next, Token);
            all.AddRange(page.Accounts);
            next = page.Next;
        }
        while (next is not null);
        return all;
    }

    private static void AssertSame(IEnumerable<AccountRecord> expected, IEnumerable<AccountRecord> actual) =>
        CollectionAssert.AreEqual(expected.Select(Text).ToArray(), actual.Select(Text).ToArray());

    private static string Text(AccountRecord account) => System.Text.Json.JsonSerializer.Serialize(account);
}
