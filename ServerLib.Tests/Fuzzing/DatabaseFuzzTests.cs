using System.Net;
using ServerLib.Files;
using ServerLib.Tests.Accounts;

namespace ServerLib.Tests.Fuzzing;

/// <summary>
/// Database files: a file is opened, or refused with its name and not changed. Operations on an opened file succeed, or end with
/// <c>busy</c> or an exception that says the file is damaged.
/// </summary>
[TestClass]
public sealed class DatabaseFuzzTests
{
    [TestMethod]
    public Task A_mutated_account_database_is_opened_or_refused_by_file_name() =>
        RunAsync("database", 60, static (folder, bytes) => File.WriteAllBytes(folder.File("users.db"), bytes));

    [TestMethod]
    public Task An_account_database_with_a_mutated_log_is_opened_or_refused()
    {
        byte[] data = Corpus.Of("database")["killed.hex"];
        return RunAsync("database-log", 60, (folder, bytes) =>
        {
            File.WriteAllBytes(folder.File("users.db"), data);
            File.WriteAllBytes(folder.File("users-log.db"), bytes);
        });
    }

    /// <summary>The existence of the marker counts, not its content.</summary>
    [TestMethod]
    public Task A_marker_file_with_any_content_prevents_a_start_without_accounts() =>
        Fuzzer.RunAsync(Corpus.Of("activity-log"), Shape.Lines, 60, static input =>
        {
            using var folder = new AccountsFolder();
            Directory.CreateDirectory(folder.Path);
            File.WriteAllBytes(folder.File("users.marker"), input.Bytes);
            StringAssert.Contains(Assert.ThrowsExactly<ServerLibException>(() => folder.Open()).Message, folder.File("users.marker"));
            Assert.IsFalse(File.Exists(folder.File("users.db")));
            return Task.CompletedTask;
        });

    [TestMethod]
    public Task A_mutated_audit_trail_does_not_prevent_logins() => Fuzzer.RunAsync(Corpus.Of("history"), Shape.Pages, 40, static async input =>
    {
        using var folder = new AccountsFolder();
        Directory.CreateDirectory(folder.Path);
        File.WriteAllBytes(folder.File("history.db"), input.Bytes);
        LiteDbUserDatabase database = folder.Open();
        Assert.IsTrue((await database.CreateNewUserAsync(new Credentials("zoe", "secret"))).IsOk);
        Assert.IsTrue((await database.AuthenticateUserAsync(new Credentials("zoe", "secret"))).IsOk);
        Assert.IsFalse((await database.AuthenticateUserAsync(new Credentials("zoe", "wrong"))).IsOk);
        await database.DisposeAsync();
    });

    private static Task RunAsync(string corpus, int iterations, Action<AccountsFolder, byte[]> write) =>
        Fuzzer.RunAsync(Corpus.Of(corpus), Shape.Pages, iterations, input => Task.Run(() => CheckAsync(input, write)).WaitAsync(Guard.NewToken()));

    [TestMethod]
    public void LiteDB_log_pages_contain_the_transaction_id_at_the_expected_offset() => Assert.IsTrue(Finalizers.AreFound);

    private static async Task CheckAsync(FuzzInput input, Action<AccountsFolder, byte[]> write)
    {
        using var folder = new AccountsFolder();
        Directory.CreateDirectory(folder.Path);
        write(folder, input.Bytes);
        byte[] before = File.ReadAllBytes(folder.File("users.db"));
        LiteDbUserDatabase database;
        try
        {
            database = folder.Open();
        }
        catch (ServerLibException e)
        {
            StringAssert.Contains(e.Message, folder.File("users.db"));
            CollectionAssert.AreEqual(before, File.ReadAllBytes(folder.File("users.db")));
            return;
        }

        foreach ((string name, string password) in (IEnumerable<(string, string)>)[("alice", "secret"), ("bob", "wrong"), ("nobody", "secret")])
        {
            LoginResult result = await database.AuthenticateUserAsync(new Credentials(name, password));
            Assert.IsTrue(
                result.Code is LoginCode.Failure or LoginCode.Busy || (result.IsOk && (name, password) == ("alice", "secret")),
                $"{name}: {result.Code}");
        }

        LoginResult added = await database.CreateNewUserAsync(new Credentials("zoe", "secret"));
        await TryAsync(() => database.LogConnectionAsync("alice", new IPEndPoint(IPAddress.Loopback, 7)).AsTask());
        await TryAsync(() => database.UpdateStatsAsync("alice", 1).AsTask());
        await TryAsync(() => database.AuditAsync(Stream.Null).AsTask());
        await TryAsync(() => database.LogDisconnectionAsync("alice").AsTask());
        await TryAsync(() => database.PurgeAsync().AsTask());
        await database.DisposeAsync();

        // Acknowledged data is there after reopening, if the file can be reopened.
        if (!added.IsOk)
            return;
        await using LiteDbUserDatabase again = folder.Open();
        Assert.IsTrue(await again.HasUserAsync("zoe"));
    }

    private static async Task TryAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (ServerLibException)
        {
            // The file is damaged, and the exception says so.
        }
    }
}
