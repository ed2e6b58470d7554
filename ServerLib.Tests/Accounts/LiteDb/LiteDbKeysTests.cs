using System.Security.Cryptography;
using System.Text.Json;
using LiteDB;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Files;
using ServerLib.Testing.Contracts;
using ServerLib.Tests.Cli.Chat;
using ServerLib.Tests.EndToEnd;

namespace ServerLib.Tests.Accounts;

/// <summary>Keys that accounts can be logged in to with.</summary>
[TestClass]
public sealed class LiteDbKeysTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly AccountsFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Start);

    [TestMethod]
    public async Task Keys_can_be_added_listed_used_and_removed_and_survive_a_kill()
    {
        LiteDbUserDatabase killed = await OpenAsync("alice");
        Assert.AreEqual(AddKeyResult.Added, await killed.AddKeyAsync("ALICE", "laptop", TestKey.Create(1), _guard));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.AreEqual(AddKeyResult.Added, await killed.AddKeyAsync("alice", "phone", TestKey.Create(2), _guard));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.AreEqual(LoginResult.Ok("alice") with { KeyName = "phone" }, await LogInAsync(killed, "Alice", TestKey.Create(2)));
        await killed.HasUserAsync("alice", _guard);
        _folder.Kill();
        await killed.DisposeAsync();

        await using LiteDbUserDatabase database = _folder.Open(_time);
        UserKey laptop = new("laptop", UserKey.FingerprintOf(TestKey.Create(1)), Start);
        UserKey phone = new("phone", UserKey.FingerprintOf(TestKey.Create(2)), Start.AddMinutes(1), Start.AddMinutes(2));
        CollectionAssert.AreEqual(new[] { laptop, phone }, (await database.GetKeysAsync("alice", _guard))!.ToArray());
        Assert.AreEqual(laptop, await database.RemoveKeyAsync("alice", "LAPTOP", _guard));
        Assert.IsNull(await database.RemoveKeyAsync("alice", "laptop", _guard));
        Assert.AreEqual(LoginCode.Failure, (await LogInAsync(database, "alice", TestKey.Create(1))).Code);
        CollectionAssert.AreEqual(new[] { phone }, (await database.GetKeysAsync("alice", _guard))!.ToArray());
    }

    [TestMethod]
    public async Task A_refused_key_has_a_reason_and_changes_nothing()
    {
        await using LiteDbUserDatabase database = await OpenAsync("alice");
        await database.AddKeyAsync("alice", "laptop", TestKey.Create(1), _guard);
        using RSA small = RSA.Create(1024);
        using RSA key = ClientKeys.Next();

        Assert.AreEqual(AddKeyResult.NoSuchUser, await database.AddKeyAsync("bob", "laptop", TestKey.Create(2), _guard));
        Assert.AreEqual(AddKeyResult.NameTaken, await database.AddKeyAsync("alice", "LapTop", TestKey.Create(2), _guard));
        Assert.AreEqual(AddKeyResult.KnownKey, await database.AddKeyAsync("alice", "phone", TestKey.Create(1), _guard));
        foreach (string name in (string[])["", "a b", "a\nb", "a\u001bb", "\ud800", new string('x', 33)])
            Assert.AreEqual(AddKeyResult.NameRefused, await database.AddKeyAsync("alice", name, TestKey.Create(2), _guard), name);
        byte[] spki = key.ExportSubjectPublicKeyInfo();
        foreach (byte[] bad in (byte[][])[[], [0x30], spki[..^1], [.. spki, 0], key.ExportPkcs8PrivateKey(), small.ExportSubjectPublicKeyInfo()])
            Assert.AreEqual(AddKeyResult.KeyRefused, await database.AddKeyAsync("alice", "phone", bad, _guard), $"{bad.Length} bytes");
        Assert.HasCount(1, (await database.GetKeysAsync("alice", _guard))!);
        Assert.IsNull(await database.GetKeysAsync("bob", _guard));
        Assert.IsNull(await database.RemoveKeyAsync("bob", "laptop", _guard));
    }

    [TestMethod]
    public async Task An_account_can_have_twenty_keys_and_log_in_with_each()
    {
        await using LiteDbUserDatabase database = await OpenAsync("alice");
        for (int i = 0; i < LiteDbUserDatabase.MaxKeysPerUser; i++)
            Assert.AreEqual(AddKeyResult.Added, await database.AddKeyAsync("alice", $"key{i}", TestKey.Create(i), _guard));
        Assert.AreEqual(AddKeyResult.TooMany, await database.AddKeyAsync("alice", "another", TestKey.Create(99), _guard));

        for (int i = 0; i < LiteDbUserDatabase.MaxKeysPerUser; i++)
            Assert.IsTrue((await LogInAsync(database, "alice", TestKey.Create(i))).IsOk);
        Assert.IsFalse((await LogInAsync(database, "alice", TestKey.Create(99))).IsOk);
        await database.RemoveKeyAsync("alice", "key7", _guard);
        Assert.AreEqual(AddKeyResult.Added, await database.AddKeyAsync("alice", "another", TestKey.Create(99), _guard));
    }

    [TestMethod]
    public async Task One_key_can_be_in_several_accounts_and_the_name_selects_one()
    {
        await using LiteDbUserDatabase database = await OpenAsync("alice", "bob", "carol");
        await database.AddKeyAsync("alice", "laptop", TestKey.Create(1), _guard);
        await database.AddKeyAsync("bob", "laptop", TestKey.Create(1), _guard);

        Assert.AreEqual(LoginResult.Ok("alice") with { KeyName = "laptop" }, await LogInAsync(database, "alice", TestKey.Create(1)));
        Assert.AreEqual(LoginResult.Ok("bob") with { KeyName = "laptop" }, await LogInAsync(database, "bob", TestKey.Create(1)));
        Assert.AreEqual(LoginCode.Failure, (await LogInAsync(database, "carol", TestKey.Create(1))).Code);
        Assert.AreEqual(LoginCode.Failure, (await LogInAsync(database, "dave", TestKey.Create(1))).Code);
    }

    [TestMethod]
    public async Task A_key_is_recognized_in_each_of_its_DER_encodings()
    {
        await using LiteDbUserDatabase database = await OpenAsync("alice");
        await database.AddKeyAsync("alice", "laptop", TestKey.Create(1, withNull: false), _guard);

        Assert.IsTrue((await LogInAsync(database, "alice", TestKey.Create(1))).IsOk);
        Assert.AreEqual(AddKeyResult.KnownKey, await database.AddKeyAsync("alice", "again", TestKey.Create(1), _guard));
    }

    [TestMethod]
    public async Task An_unproven_key_fails_and_every_attempt_is_recorded()
    {
        await using LiteDbUserDatabase database = await OpenAsync("alice", "bob");
        await database.AddKeyAsync("alice", "laptop", TestKey.Create(1), _guard);
        await LogInAsync(database, "alice", TestKey.Create(1));
        Assert.AreEqual(LoginCode.Failure, (await LogInAsync(database, "alice", [])).Code);
        Assert.AreEqual(LoginCode.Failure, (await LogInAsync(database, "bob", [])).Code);

        Dictionary<string, JsonElement> users = await AccountsFolder.AuditAsync(database, _guard);
        Assert.AreEqual(2, users["alice"].GetProperty("ip_ledger").GetProperty("addr_list_ATTEMPT").GetArrayLength());
        Assert.AreEqual(1, users["bob"].GetProperty("ip_ledger").GetProperty("addr_list_ATTEMPT").GetArrayLength());
    }

    [TestMethod]
    public async Task An_account_of_a_version_without_keys_can_get_keys()
    {
        await (await OpenAsync("alice")).DisposeAsync();
        Change(user => user.Remove("Keys"));

        await using LiteDbUserDatabase database = _folder.Open(_time);
        Assert.IsEmpty((await database.GetKeysAsync("alice", _guard))!);
        Assert.IsTrue((await database.AuthenticateUserAsync(new("alice", "secret"), _guard)).IsOk);
        Assert.AreEqual(AddKeyResult.Added, await database.AddKeyAsync("alice", "laptop", TestKey.Create(1), _guard));
    }

    [TestMethod]
    [DataRow("Keys", 7)]
    [DataRow("Keys", "x")]
    [DataRow("Name", null)]
    [DataRow("Name", 7)]
    [DataRow("Fingerprint", null)]
    [DataRow("Added", null)]
    [DataRow("Added", "x")]
    [DataRow("Added", long.MaxValue)]
    [DataRow("LastUsed", "x")]
    [DataRow("LastUsed", long.MinValue)]
    public async Task Damaged_keys_prevent_the_start(string member, object? value)
    {
        LiteDbUserDatabase before = await OpenAsync("alice");
        await before.AddKeyAsync("alice", "laptop", TestKey.Create(1), _guard);
        await before.DisposeAsync();
        Change(user =>
        {
            if (member == "Keys")
                user["Keys"] = new BsonValue(value);
            else
                user["Keys"].AsArray[0].AsDocument[member] = new BsonValue(value);
        });

        string message = Assert.ThrowsExactly<ServerLibException>(() => _folder.Open(_time)).Message;
        StringAssert.Contains(message, _folder.File("users.db"));
        StringAssert.Contains(message, "restore");
    }

    [TestMethod]
    public async Task A_locked_or_removed_account_can_not_log_in_by_key()
    {
        await using LiteDbUserDatabase database = await OpenAsync("alice");
        await database.AddKeyAsync("alice", "laptop", TestKey.Create(1), _guard);
        await database.SetLockedAsync("alice", true, _guard);
        Assert.AreEqual(LoginCode.Failure, (await LogInAsync(database, "alice", TestKey.Create(1))).Code);
        Assert.IsNull((await database.GetKeysAsync("alice", _guard))!.Single().LastUsed);
        await database.SetLockedAsync("alice", false, _guard);
        Assert.IsTrue((await LogInAsync(database, "alice", TestKey.Create(1))).IsOk);

        await database.RemoveAccountAsync("alice", _guard);
        Assert.IsTrue((await database.CreateNewUserAsync(new("alice", "another"), _guard)).IsOk);
        Assert.IsEmpty((await database.GetKeysAsync("alice", _guard))!);
        Assert.AreEqual(LoginCode.Failure, (await LogInAsync(database, "alice", TestKey.Create(1))).Code);
    }

    [TestMethod]
    public async Task A_closed_database_answers_busy()
    {
        LiteDbUserDatabase database = await OpenAsync("alice");
        await database.DisposeAsync();

        Assert.AreEqual(LoginCode.Busy, (await LogInAsync(database, "alice", TestKey.Create(1))).Code);
        await Assert.ThrowsExactlyAsync<ServerLibException>(async () => await database.GetKeysAsync("alice", _guard));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<LiteDbUserDatabase> OpenAsync(params string[] users)
    {
        LiteDbUserDatabase database = _folder.Open(_time);
        foreach (string user in users)
            Assert.IsTrue((await database.CreateNewUserAsync(new(user, "secret"), _guard)).IsOk);
        return database;
    }

    private ValueTask<LoginResult> LogInAsync(LiteDbUserDatabase database, string name, byte[] provenKey) =>
        database.AuthenticateKeyAsync(new(name, "", AccountsFolder.Address(1)) { IsByKey = true, ProvenKey = provenKey }, _guard);

    /// <summary>Changes the first account in the file as it lies there.</summary>
    private void Change(Action<BsonDocument> change)
    {
        using DatabaseFile file = DatabaseFile.Open(_folder.File("users.db"), isDurable: true, DatabaseFile.OpenStream);
        file.Accept();
        ILiteCollection<BsonDocument> users = file.Database.GetCollection("users");
        BsonDocument user = users.FindAll().First();
        change(user);
        users.Update(user);
    }
}
