using System.IO.Compression;
using System.Text;
using ServerLib.Administration.Backup;
using ServerLib.Files;

namespace ServerLib.Tests.Administration;

[TestClass]
public sealed class BackupTests : IDisposable
{
    private const string Bcrypt = "$2a$04$CCCCCCCCCCCCCCCCCCCCC.0uP/2zHIr81tVya45gVnDFLBmqu9l4W";

    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TempFolder _temp = new();
    private readonly Argon2idPasswordHasher _hasher = new(new() { MemorySize = 8, Iterations = 1, Threads = 1 });

    private string Data => _temp.File("data");

    private string Backup => _temp.File("backup.zip");

    [TestMethod]
    public async Task A_backup_restores_everything()
    {
        await FillAsync();
        byte[] key = await File.ReadAllBytesAsync(Path.Combine(Data, "server-key.pem"), _guard);

        ServerDataSummary written = Create();
        string target = _temp.File("restored");
        ServerDataSummary restored = await RestoreAsync(target);

        Assert.AreEqual(3, written.Accounts);
        Assert.AreEqual(written, restored);
        Assert.IsNull(written.AuditProblem);
        CollectionAssert.AreEqual(key, await File.ReadAllBytesAsync(Path.Combine(target, "server-key.pem"), _guard));
        await using var database = new LiteDbUserDatabase(target, _hasher);
        Assert.IsTrue((await database.AuthenticateUserAsync(new Credentials("ada", "correct horse"), _guard)).IsOk);
        Assert.HasCount(1, await database.GetBansAsync(_guard));
        Assert.HasCount(1, await database.ListInvitationsAsync(_guard));
        await using var audit = new AuditTrail(target);
        Assert.IsTrue((await audit.VerifyAsync([written.AuditHead!], _guard)).IsIntact);
        Assert.Contains(entry => entry.Detail.StartsWith("restore, of a backup from ", StringComparison.Ordinal), await audit.ReadAsync(cancellationToken: _guard));
    }

    [TestMethod]
    public async Task A_backup_during_writes_contains_what_was_acknowledged_before()
    {
        await using var database = new LiteDbUserDatabase(Data, _hasher);
        await AddAsync(database, "before", 500);
        using var stop = new CancellationTokenSource();
        Task[] writers = [.. Enumerable.Range(0, 4).Select(lane => Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
                await AddAsync(database, $"w{lane}-{i}-", 20);
        }))];
        long acknowledged = 0;
        for (int i = 0; i < 3; i++)
        {
            acknowledged += 10;
            await AddAsync(database, $"during{i}-", 10);
            ServerDataSummary written = Create(overwrites: true);
            Assert.IsGreaterThanOrEqualTo(500 + acknowledged, written.Accounts!.Value);
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        string target = _temp.File("restored");
        await RestoreAsync(target);
        await using var restored = new LiteDbUserDatabase(target, _hasher);
        string[] names = [.. Names("before", 500), .. Names("during0-", 10), .. Names("during1-", 10), .. Names("during2-", 10)];
        Assert.IsTrue((await restored.HaveAccountsAsync(names, _guard)).All(exists => exists));
    }

    [TestMethod]
    public async Task A_server_moves_its_log_into_its_data_only_when_no_copy_is_made()
    {
        await using var database = new LiteDbUserDatabase(Data, _hasher);
        await AddAsync(database, "first", 200);
        string path = Path.Combine(Data, "users.db");
        using (CheckpointHold.Take(Data))
        {
            long before = new FileInfo(path).Length;
            await AddAsync(database, "held", 2_000);
            Assert.AreEqual(before, new FileInfo(path).Length);
            Assert.IsGreaterThan(100 * 8192, new FileInfo(DatabaseFile.LogPath(path)).Length);
        }

        await AddAsync(database, "released", 10);
        Assert.IsLessThan(100 * 8192, new FileInfo(DatabaseFile.LogPath(path)).Length);
    }

    [TestMethod]
    public async Task A_backup_never_replaces_a_file_unless_told_to()
    {
        await FillAsync();
        await File.WriteAllTextAsync(Backup, "mine", _guard);

        Assert.ThrowsExactly<IOException>(() => Create());
        Assert.AreEqual("mine", await File.ReadAllTextAsync(Backup, _guard));
        Create(overwrites: true);
        Assert.AreEqual(3, (await RestoreAsync(_temp.File("restored"))).Accounts);
    }

    [TestMethod]
    public async Task A_backup_can_be_read_by_its_owner_only_and_leaves_nothing_else()
    {
        await FillAsync();
        Create();

        CollectionAssert.AreEquivalent(new[] { Data, Backup }, Directory.GetFileSystemEntries(_temp.Path));
        if (!OperatingSystem.IsWindows())
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Backup));
    }

    [TestMethod]
    public void A_folder_without_data_cannot_be_backed_up()
    {
        Directory.CreateDirectory(Data);

        Assert.ThrowsExactly<ServerLibException>(() => Create());
        File.WriteAllText(Path.Combine(Data, "users.marker"), "");
        Assert.ThrowsExactly<ServerLibException>(() => Create());
        Assert.IsFalse(File.Exists(Backup));
    }

    [TestMethod]
    public async Task A_damaged_database_is_not_backed_up()
    {
        await FillAsync();
        byte[] bytes = await File.ReadAllBytesAsync(Path.Combine(Data, "users.db"), _guard);
        bytes.AsSpan(8192, 4096).Fill(0x5a);
        await File.WriteAllBytesAsync(Path.Combine(Data, "users.db"), bytes, _guard);

        Assert.ThrowsExactly<ServerLibException>(() => Create());
        CollectionAssert.AreEqual(new[] { Data }, Directory.GetFileSystemEntries(_temp.Path));
    }

    [TestMethod]
    public async Task A_backup_that_is_cut_off_restores_nothing()
    {
        await FillAsync();
        Create();
        byte[] whole = await File.ReadAllBytesAsync(Backup, _guard);
        for (int length = 0; length < whole.Length; length += 509)
            await RefusesAsync(whole[..length]);
    }

    [TestMethod]
    [DataRow("users.db")]
    [DataRow("history.db")]
    [DataRow("server-key.pem")]
    public async Task A_backup_with_a_changed_part_restores_nothing(string name)
    {
        await FillAsync();
        Create();
        using (ZipArchive zip = ZipFile.Open(Backup, ZipArchiveMode.Update))
        {
            using var content = new MemoryStream();
            using (Stream old = zip.GetEntry(name)!.Open())
                old.CopyTo(content);
            zip.GetEntry(name)!.Delete();
            byte[] bytes = content.ToArray();
            bytes[^1] ^= 1;
            using Stream part = zip.CreateEntry(name).Open();
            part.Write(bytes);
        }

        Assert.Contains($"its part {name} does not match the manifest", await RefusesAsync(await File.ReadAllBytesAsync(Backup, _guard)));
    }

    [TestMethod]
    [DataRow("../evil.db")]
    [DataRow("/tmp/evil.db")]
    [DataRow("users.db2")]
    [DataRow("users.db")]
    [DataRow("ticket-keys.json")]
    public async Task A_backup_with_another_part_restores_nothing(string name)
    {
        await FillAsync();
        Create();
        using (ZipArchive zip = ZipFile.Open(Backup, ZipArchiveMode.Update))
        {
            using Stream part = zip.CreateEntry(name).Open();
            part.Write("evil"u8);
        }

        await RefusesAsync(await File.ReadAllBytesAsync(Backup, _guard));
    }

    [TestMethod]
    public async Task A_backup_of_a_newer_version_is_refused_with_its_version()
    {
        await FillAsync();
        Create();
        string manifest = ReadManifest();
        using (ZipArchive zip = ZipFile.Open(Backup, ZipArchiveMode.Update))
        {
            zip.GetEntry("manifest.json")!.Delete();
            using Stream part = zip.CreateEntry("manifest.json").Open();
            part.Write(Encoding.UTF8.GetBytes(manifest.Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal)));
        }

        string problem = await RefusesAsync(await File.ReadAllBytesAsync(Backup, _guard));
        Assert.Contains("newer version", problem);
    }

    [TestMethod]
    public async Task A_folder_with_contents_is_replaced_only_when_told_to()
    {
        await FillAsync();
        Create();
        await using (var database = new LiteDbUserDatabase(Data, _hasher))
            await AddAsync(database, "late", 1);
        await File.WriteAllTextAsync(Path.Combine(Data, "ticket-keys.json"), "{}", _guard);
        await File.WriteAllTextAsync(Path.Combine(Data, "activity.log"), "log", _guard);
        Directory.CreateDirectory(Path.Combine(Data, "tls"));
        await File.WriteAllTextAsync(Path.Combine(Data, "tls", "key.pem"), "key", _guard);

        await Assert.ThrowsExactlyAsync<IOException>(() => RestoreAsync(Data));
        Assert.IsTrue(await HasAsync("late0"));
        await RestoreAsync(Data, overwrites: true);

        Assert.IsFalse(await HasAsync("late0"));
        Assert.IsTrue(await HasAsync("ada"));
        Assert.IsFalse(File.Exists(Path.Combine(Data, "ticket-keys.json")));
        Assert.AreEqual("log", await File.ReadAllTextAsync(Path.Combine(Data, "activity.log"), _guard));
        Assert.AreEqual("key", await File.ReadAllTextAsync(Path.Combine(Data, "tls", "key.pem"), _guard));
        CollectionAssert.AreEquivalent(new[] { Data, Backup }, Directory.GetFileSystemEntries(_temp.Path));
    }

    [TestMethod]
    public async Task A_folder_that_a_server_uses_is_not_replaced()
    {
        await FillAsync();
        Create();
        await using var database = new LiteDbUserDatabase(Data, _hasher);

        await Assert.ThrowsExactlyAsync<ServerLibException>(() => RestoreAsync(Data, overwrites: true));
        Assert.IsTrue((await database.HaveAccountsAsync(["ada"], _guard))[0]);
        CollectionAssert.AreEquivalent(new[] { Data, Backup }, Directory.GetFileSystemEntries(_temp.Path));
    }

    public void Dispose()
    {
        _hasher.Dispose();
        _temp.Dispose();
    }

    private static string[] Names(string prefix, int count) => [.. Enumerable.Range(0, count).Select(i => $"{prefix}{i}")];

    private async Task AddAsync(LiteDbUserDatabase database, string prefix, int count) =>
        await database.AddAccountsAsync([.. Names(prefix, count).Select(name => new AccountRecord { Name = name, PasswordHash = Bcrypt })], _guard);

    private async Task FillAsync()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "server-key.pem"), ServerKey.Ephemeral.ExportPem(), _guard);
        await using var audit = new AuditTrail(Data);
        await using var database = new LiteDbUserDatabase(Data, _hasher, audit: audit);
        await database.CreateNewUserAsync(new Credentials("ada", "correct horse"), _guard);
        await AddAsync(database, "user", 2);
        await database.AddBanAsync(new Ban("mallory", null, "spam"), _guard);
        await database.InviteAsync(cancellationToken: _guard);
        audit.Write(AuditEvent.Started, "server");
    }

    private ServerDataSummary Create(bool overwrites = false) =>
        new BackupCreator(TimeProvider.System).Create(Data, Backup, overwrites, cancellationToken: _guard);

    private Task<ServerDataSummary> RestoreAsync(string target, bool overwrites = false) =>
        BackupRestorer.RestoreAsync(Backup, target, overwrites, "console", cancellationToken: _guard);

    private async Task<bool> HasAsync(string name)
    {
        await using var database = new LiteDbUserDatabase(Data, _hasher);
        return await database.HasUserAsync(name, _guard);
    }

    private string ReadManifest()
    {
        using ZipArchive zip = ZipFile.OpenRead(Backup);
        using var reader = new StreamReader(zip.GetEntry("manifest.json")!.Open());
        return reader.ReadToEnd();
    }

    private async Task<string> RefusesAsync(byte[] backup)
    {
        await File.WriteAllBytesAsync(Backup, backup, _guard);
        string target = _temp.File("restored");
        ServerLibException problem = await Assert.ThrowsExactlyAsync<ServerLibException>(() => RestoreAsync(target));
        Assert.IsFalse(Directory.Exists(target));
        return problem.Message;
    }
}
