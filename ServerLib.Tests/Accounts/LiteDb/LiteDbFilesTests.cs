using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using ServerLib.Files;
using ServerLib.Tests.Cli.Chat;
using ServerLib.Tests.Passwords;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Accounts;

/// <summary>What is opened, what is refused, and who else may open it.</summary>
[TestClass]
public sealed class LiteDbFilesTests
{
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    public async Task A_second_database_in_the_same_folder_is_refused_until_the_first_is_closed()
    {
        using var folder = new AccountsFolder();
        LiteDbUserDatabase first = folder.Open();
        string message = Assert.ThrowsExactly<ServerLibException>(() => folder.Open()).Message;
        StringAssert.Contains(message, $"'{folder.Path}' is in use by another server");
        Assert.IsTrue((await first.CreateNewUserAsync(new("alice", "secret"), _guard)).IsOk);
        await first.DisposeAsync();

        await using LiteDbUserDatabase second = folder.Open();
        Assert.IsTrue(await second.HasUserAsync("alice", _guard));
    }

    [TestMethod]
    public async Task A_deleted_lock_file_is_created_and_locked_again()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("Files can't be told apart here.");
        using var folder = new AccountsFolder();
        var time = new FakeTimeProvider();
        await using LiteDbUserDatabase first = folder.Open(time);
        File.Delete(folder.File("database.lock"));
        time.Advance(TimeSpan.FromSeconds(5));

        StringAssert.Contains(Assert.ThrowsExactly<ServerLibException>(() => folder.Open()).Message, "is in use by another server");
    }

    [TestMethod]
    public async Task A_second_server_that_took_a_deleted_lock_is_reported()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("Files can't be told apart here.");
        using var folder = new AccountsFolder();
        var time = new FakeTimeProvider();
        var logger = new Server.ListLogger<LiteDbUserDatabase>();
        var problems = new ServerProblems(time);
        await using LiteDbUserDatabase first = folder.Open(time, logger, problems: problems);
        File.Delete(folder.File("database.lock"));
        using var second = FolderLock.Take(folder.Path, time, _ => { });
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.AreEqual(
            1, logger.Entries.Count(e => e.Message.Contains("another server has started on the same data folder", StringComparison.Ordinal)));
        Assert.AreEqual("data-folder", problems.Current.Single().Name);
    }

    [TestMethod]
    public async Task The_lock_excludes_another_process()
    {
        const string Flock = "/usr/bin/flock";
        if (!File.Exists(Flock))
            Assert.Inconclusive("There is no flock here.");
        using var folder = new AccountsFolder();
        await using (folder.Open())
            Assert.AreEqual(1, await TryLockAsync());
        Assert.AreEqual(0, await TryLockAsync());

        async Task<int> TryLockAsync()
        {
            using Process process = Process.Start(Flock, ["--nonblock", folder.File("database.lock"), "true"]);
            await process.WaitForExitAsync(_guard);
            return process.ExitCode;
        }
    }

    [TestMethod]
    public async Task Folder_and_files_have_owner_only_permissions()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("There are no such rights here.");
        using var folder = new AccountsFolder();
        await using var audit = new AuditTrail(folder.Path);
        await using LiteDbUserDatabase database = folder.Open(audit: audit);
        await database.CreateNewUserAsync(new("alice", "secret"), _guard);

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.AreEqual(Owner | UnixFileMode.UserExecute, new DirectoryInfo(folder.Path).UnixFileMode);
        string[] files = Directory.GetFiles(folder.Path);
        CollectionAssert.IsSubsetOf(
            (string[])["users.db", "users-log.db", "users.marker", "database.lock", "history.db", "history.lock"],
            files.Select(Path.GetFileName).ToArray());
        foreach (string file in files)
            Assert.AreEqual(Owner, new FileInfo(file).UnixFileMode, file);
    }

    [TestMethod]
    [DataRow(UnixFileMode.GroupRead, true)]
    [DataRow(UnixFileMode.OtherExecute, true)]
    [DataRow(UnixFileMode.None, false)]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public async Task A_data_folder_that_others_can_access_is_logged(UnixFileMode others, bool isWarnedOf)
    {
        using var folder = new AccountsFolder();
        Directory.CreateDirectory(folder.Path);
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | others);
        var log = new Server.ListLogger<LiteDbUserDatabase>();
        await using LiteDbUserDatabase database = folder.Open(logger: log);

        Assert.AreEqual(
            isWarnedOf, log.Entries.Any(e => e.Message.Contains($"the data folder '{folder.Path}'. Run: chmod 700", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void A_data_folder_that_can_not_be_created_is_refused_by_name()
    {
        using var temp = new TempFolder();
        File.WriteAllText(temp.File("file"), "");
        var e = Assert.ThrowsExactly<ServerLibException>(() => new LiteDbUserDatabase(temp.File("file/data"), new FakeHasher()));
        StringAssert.Contains(e.Message, temp.File("file/data"));
    }

    [TestMethod]
    public async Task A_database_without_accounts_opens_again_and_has_no_marker()
    {
        using var folder = new AccountsFolder();
        for (int i = 0; i < 2; i++)
        {
            await using LiteDbUserDatabase database = folder.Open();
            Assert.IsFalse(await database.HasUserAsync("alice", _guard));
            Assert.IsFalse(File.Exists(folder.File("users.marker")));
        }
    }

    [TestMethod]
    public async Task A_missing_database_is_refused_until_the_marker_is_deleted()
    {
        using var folder = new AccountsFolder();
        await (folder.Open()).DisposeAsync();
        byte[] withoutAccounts = await File.ReadAllBytesAsync(folder.File("users.db"), _guard);
        await CreateAsync(folder);

        foreach (byte[]? lost in (byte[]?[])[null, [], withoutAccounts])
        {
            File.Delete(folder.File("users.db"));
            if (lost is not null)
                await File.WriteAllBytesAsync(folder.File("users.db"), lost, _guard);
            string message = Assert.ThrowsExactly<ServerLibException>(() => folder.Open()).Message;
            StringAssert.Contains(message, $"delete '{folder.File("users.marker")}'");
            StringAssert.Contains(message, "restore");
            Assert.AreEqual(lost is not null, File.Exists(folder.File("users.db")));
            if (lost is not null)
                CollectionAssert.AreEqual(lost, await File.ReadAllBytesAsync(folder.File("users.db"), _guard));
        }

        File.Delete(folder.File("users.marker"));
        await using LiteDbUserDatabase afresh = folder.Open();
        Assert.IsFalse(await afresh.HasUserAsync("alice", _guard));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task A_database_behind_a_symbolic_link_is_opened_with_its_log_beside_the_link()
    {
        using var folder = new AccountsFolder();
        using var elsewhere = new TempFolder();
        await CreateAsync(folder);
        File.Move(folder.File("users.db"), elsewhere.File("accounts.db"));
        File.CreateSymbolicLink(folder.File("users.db"), elsewhere.File("accounts.db"));
        await using (LiteDbUserDatabase database = folder.Open())
        {
            Assert.IsTrue((await database.CreateNewUserAsync(new("bob", "secret"), _guard)).IsOk);
            Assert.IsTrue(File.Exists(folder.File("users-log.db")));
        }

        CollectionAssert.AreEqual(new[] { elsewhere.File("accounts.db") }, Directory.GetFiles(elsewhere.Path));
        await using (LiteDbUserDatabase again = folder.Open())
            CollectionAssert.AreEqual(new[] { "alice", "bob" }, (await AccountsFolder.AuditAsync(again, _guard)).Keys);
        Assert.IsNotNull(new FileInfo(folder.File("users.db")).LinkTarget);

        // What it leads to is lost: that is no new database.
        await File.WriteAllBytesAsync(elsewhere.File("accounts.db"), [], _guard);
        StringAssert.Contains(Assert.ThrowsExactly<ServerLibException>(() => folder.Open()).Message, "is missing or empty");
        Assert.AreEqual(0, new FileInfo(elsewhere.File("accounts.db")).Length);
        File.Delete(elsewhere.File("accounts.db"));
        StringAssert.Contains(Assert.ThrowsExactly<ServerLibException>(() => folder.Open()).Message, "is missing or empty");
    }

    [TestMethod]
    public async Task A_missing_marker_is_written_when_the_database_is_opened()
    {
        using var folder = new AccountsFolder();
        await CreateAsync(folder);
        File.Delete(folder.File("users.marker"));
        await (folder.Open()).DisposeAsync();
        Assert.IsTrue(File.Exists(folder.File("users.marker")));
    }

    [TestMethod]
    public async Task A_damaged_database_is_refused_and_not_changed()
    {
        using var folder = new AccountsFolder();
        await CreateAsync(folder, 60);
        byte[] whole = await File.ReadAllBytesAsync(folder.File("users.db"), _guard);
        Assert.IsGreaterThan(10 * 8_192, whole.Length);
        byte[] noise = new byte[whole.Length];
        new Random(1).NextBytes(noise);
        byte[] middle = [.. whole[..(2 * 8_192)], .. noise[(2 * 8_192)..]];

        int[] lengths = [1, 100, 8_191, 8_192, 8_193, 3 * 8_192, whole.Length - 8_192, whole.Length - 1];
        byte[][] cases = [.. lengths.Select(length => whole[..length]), noise, noise[..8_192], middle, Encoding.UTF8.GetBytes("{}")];
        foreach (byte[] damaged in cases)
        {
            await File.WriteAllBytesAsync(folder.File("users.db"), damaged, _guard);
            string message = Assert.ThrowsExactly<ServerLibException>(() => folder.Open(), $"{damaged.Length} bytes").Message;
            StringAssert.Contains(message, folder.File("users.db"));
            StringAssert.Contains(message, "restore");
            CollectionAssert.AreEqual(damaged, await File.ReadAllBytesAsync(folder.File("users.db"), _guard));
        }

        await File.WriteAllBytesAsync(folder.File("users.db"), whole, _guard);
        await using LiteDbUserDatabase restored = folder.Open();
        Assert.HasCount(60, await AccountsFolder.AuditAsync(restored, _guard));
    }

    [TestMethod]
    public async Task A_log_truncated_anywhere_loses_only_the_entries_after_the_cut()
    {
        using var folder = new AccountsFolder();
        LiteDbUserDatabase killed = folder.Open();
        for (int i = 0; i < 12; i++)
            await killed.CreateNewUserAsync(new($"user{i}", "secret"), _guard);
        folder.Kill();
        await killed.DisposeAsync();
        byte[] data = await File.ReadAllBytesAsync(folder.File("users.db"), _guard);
        byte[] log = await File.ReadAllBytesAsync(folder.File("users-log.db"), _guard);
        File.Delete(folder.File("users.marker"));

        int before = 0;
        for (int length = 0; length <= log.Length; length += 8_192 / 2)
        {
            await File.WriteAllBytesAsync(folder.File("users.db"), data, _guard);
            await File.WriteAllBytesAsync(folder.File("users-log.db"), log[..length], _guard);
            await using LiteDbUserDatabase database = folder.Open();
            string[] users = [.. (await AccountsFolder.AuditAsync(database, _guard)).Keys];
            CollectionAssert.AreEqual(Enumerable.Range(0, users.Length).Select(i => $"user{i}").ToArray(), users);
            Assert.IsGreaterThanOrEqualTo(before, users.Length);
            before = users.Length;
            Assert.IsTrue((await database.CreateNewUserAsync(new("another", "secret"), _guard)).IsOk);
            await database.DisposeAsync();
            File.Delete(folder.File("users.marker"));
        }

        Assert.AreEqual(12, before);
    }

    private async Task CreateAsync(AccountsFolder folder, int count = 1)
    {
        await using LiteDbUserDatabase database = folder.Open();
        for (int i = 0; i < count; i++)
        {
            string name = i == 0 ? "alice" : $"user{i}";
            Task<LoginResult> created = database.CreateNewUserAsync(new(name, new string('x', 2_000)), _guard).AsTask();
            Assert.IsTrue((await created).IsOk);
        }
    }
}
