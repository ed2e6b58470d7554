using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Tests.Cli.Chat;

namespace ServerLib.Tests.Accounts;

/// <summary>Accounts and passwords.</summary>
[TestClass]
public sealed class LiteDbLoginTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_registered_account_logs_in_only_with_its_password()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open();
        Assert.IsFalse(await database.HasUserAsync("alice", _guard));
        Assert.AreEqual(LoginResult.Ok("alice"), await database.CreateNewUserAsync(new("alice", "secret"), _guard));

        Assert.IsTrue(await database.HasUserAsync("alice", _guard));
        Assert.AreEqual(LoginResult.Ok("alice"), await database.AuthenticateUserAsync(new("alice", "secret"), _guard));
        Assert.AreEqual(LoginCode.Failure, (await database.AuthenticateUserAsync(new("alice", "Secret"), _guard)).Code);
        Assert.AreEqual(LoginCode.Failure, (await database.CreateNewUserAsync(new("alice", "other"), _guard)).Code);
    }

    [TestMethod]
    public async Task The_password_of_a_removed_account_does_not_open_its_successor()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open(new FakeTimeProvider());
        await database.CreateNewUserAsync(new("alice", "first"), _guard);
        folder.Hasher.Meanwhile = async () =>
        {
            await database.RemoveAccountAsync("alice", _guard);
            await database.CreateNewUserAsync(new("alice", "second"), _guard);
        };

        Assert.AreEqual(LoginCode.Failure, (await database.AuthenticateUserAsync(new("alice", "first"), _guard)).Code);
        Assert.IsEmpty(await AccountsFolder.AttemptsAsync(database, "alice", _guard));
    }

    [TestMethod]
    public async Task A_name_is_compared_after_normalization_and_shown_as_registered()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open();
        await database.CreateNewUserAsync(new("Zoë", "secret"), _guard);

        foreach (string same in (string[])["ZOË", "zoë", "Zoe\u0308", "ＺＯＥ\u0308"])
        {
            Assert.IsTrue(await database.HasUserAsync(same, _guard));
            Assert.AreEqual(LoginResult.Ok("Zoë"), await database.AuthenticateUserAsync(new(same, "secret"), _guard));
        }

        Assert.IsFalse(await database.HasUserAsync("Zoe", _guard));
    }

    [TestMethod]
    [DataRow("strasse", "straße")]
    [DataRow("resume", "résumé")]
    [DataRow("co-op", "coop")]
    [DataRow("あ", "ア")]
    public async Task Names_that_some_cultures_consider_equal_are_different(string one, string other)
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open();
        await database.CreateNewUserAsync(new(one, "first"), _guard);
        Assert.IsFalse(await database.HasUserAsync(other, _guard));
        Assert.IsTrue((await database.CreateNewUserAsync(new(other, "second"), _guard)).IsOk);
        Assert.AreEqual(LoginResult.Ok(one), await database.AuthenticateUserAsync(new(one, "first"), _guard));
        Assert.AreEqual(LoginResult.Ok(other), await database.AuthenticateUserAsync(new(other, "second"), _guard));
    }

    [TestMethod]
    public async Task Names_that_no_account_can_have_are_unknown()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open();
        foreach (string name in (string[])["", "\ud800", new string('x', 100_000), new string('\u3300', 900)])
        {
            Assert.IsFalse(await database.HasUserAsync(name, _guard));
            Assert.AreEqual(LoginResult.Refused(UserName.FindProblem(name)!), await database.CreateNewUserAsync(new(name, "secret"), _guard));
            Assert.AreEqual(LoginCode.Failure, (await database.AuthenticateUserAsync(new(name, "secret"), _guard)).Code);
        }

        Assert.IsTrue((await database.CreateNewUserAsync(new("'OR$.Key!='@0", "secret"), _guard)).IsOk);
        Assert.IsFalse(await database.HasUserAsync("'OR$.Key!='", _guard));
        Assert.IsTrue(database.IsHealthy);
    }

    [TestMethod]
    public async Task An_unknown_name_costs_as_much_hashing_and_writing_as_a_known_one()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open();
        await database.CreateNewUserAsync(new("alice", "secret"), _guard);
        long before = LogLength();
        await FailAsync("alice");
        long known = LogLength() - before;
        await FailAsync("nobody");
        before = LogLength();
        await FailAsync("nobody");

        Assert.AreEqual(known, LogLength() - before);
        Assert.AreNotEqual(0, known);
        CollectionAssert.AreEqual((string[])["v1:secret", "", ""], folder.Hasher.Compared);
        Assert.HasCount(1, await AccountsFolder.AuditAsync(database, _guard));

        // What is recorded is written after the answer, and before the answer to the next question.
        async Task FailAsync(string name)
        {
            Assert.AreEqual(LoginCode.Failure, (await database.AuthenticateUserAsync(new(name, "wrong"), _guard)).Code);
            await database.HasUserAsync(name, _guard);
        }

        long LogLength() => new FileInfo(folder.File("users-log.db")).Length;
    }

    [TestMethod]
    public async Task A_busy_hasher_answers_busy_and_records_no_attempt()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open();
        await database.CreateNewUserAsync(new("alice", "secret"), _guard);
        folder.Hasher.IsBusy = true;

        Assert.AreEqual(LoginCode.Busy, (await database.CreateNewUserAsync(new("bob", "secret"), _guard)).Code);
        Assert.AreEqual(LoginCode.Busy, (await database.AuthenticateUserAsync(new("alice", "secret"), _guard)).Code);
        Assert.AreEqual(LoginCode.Busy, (await database.AuthenticateUserAsync(new("nobody", "secret"), _guard)).Code);
        JsonElement alice = (await AccountsFolder.AuditAsync(database, _guard)).Single().Value;
        Assert.AreEqual(0, alice.GetProperty("ip_ledger").GetProperty("addr_list_ATTEMPT").GetArrayLength());
    }

    [TestMethod]
    public async Task A_right_password_updates_an_outdated_hash_and_a_wrong_one_does_not()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open();
        await database.CreateNewUserAsync(new("alice", "secret"), _guard);
        folder.Hasher.Version = "v2";
        foreach (string password in (string[])["wrong", "secret", "secret"])
            await database.AuthenticateUserAsync(new("alice", password), _guard);

        CollectionAssert.AreEqual((string[])["v1:secret", "v1:secret", "v2:secret"], folder.Hasher.Compared);
    }

    [TestMethod]
    public async Task One_of_many_concurrent_registrations_of_a_name_succeeds()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open();
        LoginResult[] results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(
            () => database.CreateNewUserAsync(new(i % 2 == 0 ? "alice" : "ALICE", $"password {i}"), _guard).AsTask(), _guard)));

        int winner = Array.FindIndex(results, result => result.IsOk);
        Assert.AreEqual(1, results.Count(result => result.IsOk));
        Assert.AreEqual(99, results.Count(result => result.Code == LoginCode.Failure));
        Assert.IsTrue((await database.AuthenticateUserAsync(new("alice", $"password {winner}"), _guard)).IsOk);
    }

    [TestMethod]
    public async Task Hundreds_of_users_register_and_log_in_concurrently()
    {
        using var folder = new AccountsFolder();
        string[] names = [.. Enumerable.Range(0, 400).Select(i => string.Create(CultureInfo.InvariantCulture, $"user{i}"))];
        await using (LiteDbUserDatabase database = folder.Open())
        {
            LoginResult[] results = await Task.WhenAll(names.Select(name => Task.Run(
                async () =>
                {
                    await database.CreateNewUserAsync(new(name, $"password of {name}"), _guard);
                    LoginResult result = await database.AuthenticateUserAsync(new(name, $"password of {name}"), _guard);
                    await database.LogConnectionAsync(name, AccountsFolder.Address(1), _guard);
                    await database.UpdateStatsAsync(name, 2, _guard);
                    await database.LogDisconnectionAsync(name, _guard);
                    return result;
                },
                _guard)));
            CollectionAssert.AreEqual(names.Select(LoginResult.Ok).ToArray(), results);
        }

        await using LiteDbUserDatabase again = folder.Open();
        Dictionary<string, JsonElement> users = await AccountsFolder.AuditAsync(again, _guard);
        CollectionAssert.AreEquivalent(names, users.Keys);
        foreach (JsonElement user in users.Values)
            Assert.AreEqual(2, user.GetProperty("statistics").GetProperty("successful_broadcast_count").GetInt64());
    }

    [TestMethod]
    public async Task A_registration_is_on_disk_when_it_is_confirmed()
    {
        using var folder = new AccountsFolder();
        for (int i = 0; i < 10; i++)
        {
            LiteDbUserDatabase killed = folder.Open();
            Assert.IsTrue((await killed.CreateNewUserAsync(new($"user{i}", "secret"), _guard)).IsOk);
            folder.Kill();
            await killed.DisposeAsync();
        }

        await using LiteDbUserDatabase database = folder.Open();
        for (int i = 0; i < 10; i++)
            Assert.IsTrue((await database.AuthenticateUserAsync(new($"user{i}", "secret"), _guard)).IsOk);
    }

    [TestMethod]
    public async Task A_disposed_database_answers_logins_with_busy_and_fails_other_calls()
    {
        using var folder = new AccountsFolder();
        LiteDbUserDatabase database = folder.Open();
        await database.DisposeAsync();
        await database.DisposeAsync();

        Assert.IsFalse(database.IsHealthy);
        Assert.AreEqual(LoginCode.Busy, (await database.AuthenticateUserAsync(new("alice", "secret"), _guard)).Code);
        Assert.AreEqual(LoginCode.Busy, (await database.CreateNewUserAsync(new("alice", "secret"), _guard)).Code);
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => database.HasUserAsync("alice", _guard).AsTask());
        await Assert.ThrowsExactlyAsync<ServerLibException>(() => database.LogDisconnectionAsync("alice", _guard).AsTask());
    }

    [TestMethod]
    public async Task A_canceled_call_throws_OperationCanceledException()
    {
        using var folder = new AccountsFolder();
        await using LiteDbUserDatabase database = folder.Open();
        var gone = new CancellationToken(canceled: true);
        await Assert.ThrowsAsync<OperationCanceledException>(() => database.HasUserAsync("alice", gone).AsTask());
        await Assert.ThrowsAsync<OperationCanceledException>(() => database.AuthenticateUserAsync(new("alice", "secret"), gone).AsTask());
    }
}
