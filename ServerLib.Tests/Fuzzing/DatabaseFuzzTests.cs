using System.Net;
using ServerLib.Files;
using ServerLib.Tests.Accounts;

namespace ServerLib.Tests.Fuzzing;

/// <summary>
/// The databases' files: one is refused with its name, and left as it is, or opened and then does what it can; what fails later is busy
/// or out of order, and never anything else.
/// </summary>
[TestClass]
public sealed class DatabaseFuzzTests
{
    [TestMethod]
    public Task Accounts_are_refused_by_name_or_opened() => RunAsync("database", 60, static (folder, bytes) => File.WriteAllBytes(folder.File("users.db"), bytes));

    [TestMethod]
    public Task Accounts_with_any_log_are_refused_by_name_or_opened()
    {
        byte[] data = Corpus.Of("database")["killed.hex"];
        return RunAsync("database-log", 60, (folder, bytes) =>
        {
            File.WriteAllBytes(folder.File("users.db"), data);
            File.WriteAllBytes(folder.File("users-log.db"), bytes);
        });
    }

    /// <summary>Whatever the marker holds: that it is there is what it says.</summary>
    [TestMethod]
    public Task Any_marker_keeps_a_server_from_starting_without_accounts() =>
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
    public Task Any_history_keeps_nobody_from_logging_in() => Fuzzer.RunAsync(Corpus.Of("history"), Shape.Pages, 40, static async input =>
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
    public void The_engines_transactions_are_where_they_are_looked_for() => Assert.IsTrue(Finalizers.AreFound);

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
            Assert.IsTrue(result.Code is LoginCode.Failure or LoginCode.Busy || (result.IsOk && (name, password) == ("alice", "secret")), $"{name}: {result.Code}");
        }

        LoginResult added = await database.CreateNewUserAsync(new Credentials("zoe", "secret"));
        await TryAsync(() => database.LogConnectionAsync("alice", new IPEndPoint(IPAddress.Loopback, 7)).AsTask());
        await TryAsync(() => database.UpdateStatsAsync("alice", 1).AsTask());
        await TryAsync(() => database.AuditAsync(Stream.Null).AsTask());
        await TryAsync(() => database.LogDisconnectionAsync("alice").AsTask());
        await TryAsync(() => database.PurgeAsync().AsTask());
        await database.DisposeAsync();

        // What was acknowledged is there the next time, if there is one.
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
            // It is out of order, and says so.
        }
    }
}
