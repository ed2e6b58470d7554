using LiteDB;
using ServerLib.Files;

namespace ServerLib.Tests.Accounts;

/// <summary>Security stamps of accounts.</summary>
[TestClass]
public sealed class LiteDbStampTests : IDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly AccountsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task A_stamp_stays_over_logins_and_restarts()
    {
        Guid? stamp;
        await using (LiteDbUserDatabase database = await OpenAsync())
        {
            stamp = await database.GetStampAsync("Alice", _guard);
            Assert.IsNotNull(stamp);
            await database.AuthenticateUserAsync(new Credentials("alice", "secret"), _guard);
            await database.AuthenticateUserAsync(new Credentials("alice", "wrong"), _guard);
            await database.LogConnectionAsync("alice", AccountsFolder.Address(1), _guard);
            await database.LogDisconnectionAsync("alice", _guard);
            Assert.IsTrue((await database.AuthenticateStampAsync(new Credentials("ALICE", ""), stamp.Value, _guard)).IsOk);
        }

        await using LiteDbUserDatabase again = _folder.Open();
        Assert.AreEqual(stamp, await again.GetStampAsync("alice", _guard));
    }

    [TestMethod]
    public async Task Every_change_of_an_account_gives_it_a_new_stamp()
    {
        await using LiteDbUserDatabase database = await OpenAsync();
        byte[] key = EndToEnd.ClientKeys.Next().ExportSubjectPublicKeyInfo();
        HashSet<Guid> stamps = [(await database.GetStampAsync("alice", _guard))!.Value];
        foreach (Func<Task> change in (Func<Task>[])
        [
            () => database.SetPasswordAsync("alice", "secret", cancellationToken: _guard).AsTask(),
            () => database.SetAdminAsync("alice", true, _guard).AsTask(),
            () => database.SetAdminAsync("alice", false, _guard).AsTask(),
            () => database.SetLockedAsync("alice", false, _guard).AsTask(),
            () => database.AddKeyAsync("alice", "laptop", key, _guard).AsTask(),
            () => database.RemoveKeyAsync("alice", "laptop", _guard).AsTask(),
            () => database.ChangeStampAsync("alice", _guard).AsTask(),
        ])
        {
            await change();
            Assert.IsTrue(stamps.Add((await database.GetStampAsync("alice", _guard))!.Value));
        }
    }

    [TestMethod]
    public async Task An_unknown_or_locked_account_has_no_stamp()
    {
        await using LiteDbUserDatabase database = await OpenAsync();
        Guid stamp = (await database.GetStampAsync("alice", _guard))!.Value;
        await database.SetLockedAsync("alice", true, _guard);

        Assert.IsNull(await database.GetStampAsync("alice", _guard));
        Assert.AreEqual(LoginCode.Failure, (await database.AuthenticateStampAsync(new Credentials("alice", ""), stamp, _guard)).Code);
        foreach (string name in (string[])["bob", "", "\ud800", new string('x', 5_000)])
        {
            Assert.IsNull(await database.GetStampAsync(name, _guard));
            Assert.AreEqual(LoginCode.Failure, (await database.AuthenticateStampAsync(new Credentials(name, ""), stamp, _guard)).Code);
            Assert.IsFalse(await database.ChangeStampAsync(name, _guard));
        }
    }

    [TestMethod]
    public async Task An_account_of_an_earlier_version_has_a_stamp_that_changes_with_it()
    {
        await (await OpenAsync()).DisposeAsync();
        Edit(alice => Assert.IsTrue(alice.Remove("Stamp")));
        Guid? stamp = await StampAsync();
        Assert.IsNotNull(stamp);
        Assert.AreEqual(stamp, await StampAsync());

        foreach ((string field, BsonValue value) in ((string, BsonValue)[])[("PasswordHash", "v1:other"), ("IsLocked", false), ("IsAdmin", true)])
        {
            Edit(alice => alice[field] = value);
            Guid? changed = await StampAsync();
            Assert.AreEqual(field == "IsLocked", changed == stamp);
            stamp = changed;
        }
    }

    private async Task<LiteDbUserDatabase> OpenAsync()
    {
        LiteDbUserDatabase database = _folder.Open();
        await database.AddAccountAsync("alice", "secret", _guard);
        return database;
    }

    private async Task<Guid?> StampAsync()
    {
        await using LiteDbUserDatabase database = _folder.Open();
        return await database.GetStampAsync("alice", _guard);
    }

    private void Edit(Action<BsonDocument> edit)
    {
        using DatabaseFile file = DatabaseFile.Open(_folder.File("users.db"), isDurable: true, DatabaseFile.OpenStream);
        file.Accept();
        file.Begin();
        ILiteCollection<BsonDocument> users = file.Database.GetCollection("users");
        BsonDocument alice = users.FindOne("$.Key = @0", "alice");
        edit(alice);
        users.Update(alice);
        file.Commit();
    }
}
