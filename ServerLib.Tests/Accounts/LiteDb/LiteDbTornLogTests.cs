using ServerLib.Files;
using ServerLib.Tests.Server;

namespace ServerLib.Tests.Accounts;

/// <summary>What a power failure leaves of the pages that were being written.</summary>
[TestClass]
public sealed class LiteDbTornLogTests
{
    private const int PageSize = PageStream.PageSize;
    private readonly CancellationToken _guard = Guard.NewToken();

    [TestMethod]
    [DataRow(0, 512)]
    [DataRow(0, 4_096)]
    [DataRow(512, PageSize)]
    [DataRow(4_096, PageSize)]
    [DataRow(7_680, PageSize)]
    [DataRow(0, PageSize)]
    public async Task A_torn_last_page_of_the_log_is_dropped_with_a_log_line(int from, int to)
    {
        using AccountsFolder folder = await KilledAsync(users: 6);
        byte[] log = await File.ReadAllBytesAsync(folder.File("users-log.db"), _guard);

        // Some pages end with zeros anyway, so this takes the last one that does not.
        int last = Enumerable.Range(1, log.Length / PageSize).Select(i => log.Length - (i * PageSize))
            .First(start => log.AsSpan(start)[from..to].ContainsAnyExcept((byte)0));
        log.AsSpan(last)[from..to].Clear();
        await File.WriteAllBytesAsync(folder.File("users-log.db"), log, _guard);

        var logger = new ListLogger<LiteDbUserDatabase>();
        await using LiteDbUserDatabase database = folder.Open(logger: logger);
        CollectionAssert.IsSubsetOf(
            (string[])["user0", "user1", "user2", "user3", "user4"], (await AccountsFolder.AuditAsync(database, _guard)).Keys);
        Assert.IsTrue((await database.CreateNewUserAsync(new("another", "secret"), _guard)).IsOk);
        Assert.IsTrue(
            logger.Entries.Any(e => e.Message.Contains($"The end of '{folder.File("users-log.db")}' is incomplete", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_page_that_is_missing_before_the_last_one_of_a_commit_is_a_torn_end()
    {
        using AccountsFolder folder = await KilledAsync(users: 6);
        byte[] log = await File.ReadAllBytesAsync(folder.File("users-log.db"), _guard);
        log.AsSpan(log.Length - (2 * PageSize), PageSize).Clear();
        await File.WriteAllBytesAsync(folder.File("users-log.db"), log, _guard);

        await using LiteDbUserDatabase database = folder.Open();
        CollectionAssert.IsSubsetOf(
            (string[])["user0", "user1", "user2", "user3", "user4"], (await AccountsFolder.AuditAsync(database, _guard)).Keys);
    }

    [TestMethod]
    public async Task A_damaged_page_before_the_last_commit_is_refused_and_not_changed()
    {
        using AccountsFolder folder = await KilledAsync(users: 6);
        byte[] log = await File.ReadAllBytesAsync(folder.File("users-log.db"), _guard);
        log.AsSpan(log.Length / PageSize / 2 * PageSize, PageSize).Clear();
        await File.WriteAllBytesAsync(folder.File("users-log.db"), log, _guard);

        string message = Assert.ThrowsExactly<ServerLibException>(() => folder.Open()).Message;
        StringAssert.Contains(message, folder.File("users.db"));
        StringAssert.Contains(message, "of the log is damaged");
        CollectionAssert.AreEqual(log, await File.ReadAllBytesAsync(folder.File("users-log.db"), _guard));
    }

    [TestMethod]
    [DataRow(0, 512)]
    [DataRow(512, PageSize)]
    [DataRow(0, PageSize)]
    public async Task A_damaged_commit_before_the_last_one_is_refused_and_not_changed(int from, int to)
    {
        using AccountsFolder folder = await KilledAsync(users: 6, lockedUsers: 2);
        byte[] log = await File.ReadAllBytesAsync(folder.File("users-log.db"), _guard);
        int start = log.Length - (2 * PageSize);
        foreach (int page in (int[])[start - PageSize, start, start + PageSize])
            Assert.IsTrue(new LogPage(log.AsSpan(page, PageSize)).IsConfirmed, "Each lock is one page.");
        log.AsSpan(start)[from..to].Clear();
        await File.WriteAllBytesAsync(folder.File("users-log.db"), log, _guard);

        string message = Assert.ThrowsExactly<ServerLibException>(() => folder.Open()).Message;
        StringAssert.Contains(message, $"Page {start / PageSize} of the log is damaged");
        CollectionAssert.AreEqual(log, await File.ReadAllBytesAsync(folder.File("users-log.db"), _guard));

        // The documentation says how to start without the page.
        await File.WriteAllBytesAsync(folder.File("users-log.db"), log[..start], _guard);
        await using LiteDbUserDatabase database = folder.Open();
        Assert.IsFalse((await database.FindAccountAsync("user0", _guard))!.IsLocked);
    }

    [TestMethod]
    public async Task A_torn_page_of_an_interrupted_checkpoint_is_restored_from_the_log()
    {
        using var folder = new AccountsFolder();
        await using (LiteDbUserDatabase database = folder.Open())
            await database.CreateNewUserAsync(new("alice", "secret"), _guard);
        LiteDbUserDatabase killed = folder.Open();
        await killed.CreateNewUserAsync(new("bob", "secret"), _guard);
        folder.Kill();
        await killed.DisposeAsync();
        byte[] log = await File.ReadAllBytesAsync(folder.File("users-log.db"), _guard);
        byte[] data = await File.ReadAllBytesAsync(folder.File("users.db"), _guard);
        int page = Enumerable.Range(0, log.Length / PageSize).Select(i => BitConverter.ToInt32(log, i * PageSize))
            .First(id => id > 0 && id < data.Length / PageSize);
        data.AsSpan(page * PageSize, 512).Clear();
        await File.WriteAllBytesAsync(folder.File("users.db"), data, _guard);

        await using LiteDbUserDatabase again = folder.Open();
        CollectionAssert.AreEquivalent((string[])["alice", "bob"], (await AccountsFolder.AuditAsync(again, _guard)).Keys);
    }

    [TestMethod]
    public void Each_page_of_the_data_file_is_checked_when_it_is_read()
    {
        byte[] pages = new byte[3 * PageSize];
        (pages[0], pages[PageSize], pages[2 * PageSize]) = (0, 1, 7);
        using var log = new LogStream(new MemoryStream());
        using var data = new DataStream(new MemoryStream(pages), log);
        byte[] page = new byte[PageSize];
        Assert.AreEqual(PageSize, data.Read(page, 0, PageSize));
        Assert.AreEqual(PageSize, data.Read(page, 0, PageSize));
        Assert.ThrowsExactly<InvalidDataException>(() => data.ReadExactly(page));
    }

    private async Task<AccountsFolder> KilledAsync(int users, int lockedUsers = 0)
    {
        var folder = new AccountsFolder();
        LiteDbUserDatabase killed = folder.Open();
        for (int i = 0; i < users; i++)
            await killed.CreateNewUserAsync(new($"user{i}", new string('x', 1_000)), _guard);
        for (int i = 0; i < lockedUsers; i++)
            await killed.SetLockedAsync($"user{i}", isLocked: true, _guard);
        folder.Kill();
        await killed.DisposeAsync();
        return folder;
    }
}
