using System.IO.Compression;
using ServerLib.Administration.Backup;
using ServerLib.Files;

namespace ServerLib.Tests.Administration;

/// <summary>The files and folders of a restore and a backup, at a power cut and after a kill.</summary>
[TestClass]
public sealed class RestoreFilesTests : IDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TempFolder _temp = new();

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Everything_is_on_disk_before_the_folder_is_replaced(bool exists)
    {
        string folder = _temp.File("old"), restored = _temp.File("new");
        Directory.CreateDirectory(restored);
        await File.WriteAllTextAsync(Path.Combine(restored, "users.db"), "new", _guard);
        if (exists)
        {
            Directory.CreateDirectory(Path.Combine(folder, "tls", "deep"));
            await File.WriteAllTextAsync(Path.Combine(folder, "activity.log"), "log", _guard);
            await File.WriteAllTextAsync(Path.Combine(folder, "tls", "deep", "key.pem"), "key", _guard);
        }

        List<string> before = [], after = [];
        ServerData.Replace(folder, restored, path =>
        {
            DiskFlush.Flush(path);
            (File.Exists(Path.Combine(folder, "users.db")) ? after : before).Add(Path.GetRelativePath(_temp.Path, path));
        });

        string[] kept = exists ? ["new/activity.log", "new/tls/deep/key.pem", "new/tls/deep", "new/tls"] : [];
        CollectionAssert.AreEquivalent((string[])["new/users.db", .. kept, "new"], before);
        CollectionAssert.AreEqual(exists ? (string[])[".", "."] : ["."], after);
        Assert.AreEqual("new", before[^1]);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public async Task A_link_in_the_data_folder_stays_a_link()
    {
        string folder = _temp.File("old"), restored = _temp.File("new"), outside = _temp.File("outside");
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(restored);
        Directory.CreateDirectory(outside);
        await File.WriteAllTextAsync(Path.Combine(outside, "key.pem"), "key", _guard);
        File.CreateSymbolicLink(Path.Combine(folder, "key.pem"), Path.Combine(outside, "key.pem"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "tls"), outside);
        Directory.CreateSymbolicLink(Path.Combine(folder, "itself"), ".");
        File.CreateSymbolicLink(Path.Combine(folder, "nothing"), "missing");

        ServerData.Replace(folder, restored);

        CollectionAssert.AreEquivalent(
            (string?[])[$"{outside}/key.pem", outside, ".", "missing"],
            new DirectoryInfo(folder).GetFileSystemInfos().Select(entry => entry.LinkTarget).ToArray());
        Assert.AreEqual("key", await File.ReadAllTextAsync(Path.Combine(outside, "key.pem"), _guard));
    }

    [TestMethod]
    public void A_folder_that_a_killed_process_has_left_is_deleted_by_the_next_one()
    {
        string abandoned = Abandon("data.restoring-0123abcd"), mine = Abandon("data.restoring-mine"), other = Abandon("data2.restoring-0123abcd");
        using (var used = new OwnerFolder(_temp.File("data.restoring")))
        {
            Assert.IsFalse(Directory.Exists(abandoned));
            using var next = new OwnerFolder(_temp.File("data.restoring"));
            CollectionAssert.AreEquivalent((string[])[mine, other, used.Path, next.Path], Directory.GetFileSystemEntries(_temp.Path));
        }

        CollectionAssert.AreEquivalent((string[])[mine, other], Directory.GetFileSystemEntries(_temp.Path));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void A_link_with_the_name_of_a_folder_that_was_left_is_not_followed()
    {
        string kept = Abandon("kept");
        Directory.CreateSymbolicLink(_temp.File("data.restoring-0123abcd"), kept);
        using (new OwnerFolder(_temp.File("data.restoring")))
            Assert.IsTrue(File.Exists(Path.Combine(kept, "in-use.lock")));
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(long.MaxValue)]
    public async Task A_backup_with_an_impossible_size_is_refused(long size)
    {
        string backup = _temp.File("backup.zip");
        await using (ZipArchive zip = await ZipFile.OpenAsync(backup, ZipArchiveMode.Create, _guard))
        {
            zip.CreateEntry("users.db");
            zip.CreateEntry("history.db");
            await using var manifest = new StreamWriter(await zip.CreateEntry("manifest.json").OpenAsync(_guard));
            string parts = string.Join(',', new[] { "users.db", "history.db" }.Select(name => $$"""{"name":"{{name}}","size":{{size}},"sha256":""}"""));
            await manifest.WriteAsync($$"""{"format":1,"version":"1.0","files":[{{parts}}]}""");
        }

        ServerLibException refused = await Assert.ThrowsExactlyAsync<ServerLibException>(
            () => BackupRestorer.RestoreAsync(backup, _temp.File("data"), overwrites: false, "console", cancellationToken: _guard));
        Assert.Contains("its manifest has an impossible size", refused.Message);
        CollectionAssert.AreEqual((string[])[backup], Directory.GetFileSystemEntries(_temp.Path));
    }

    public void Dispose() => _temp.Dispose();

    private string Abandon(string name)
    {
        Directory.CreateDirectory(_temp.File(name));
        File.WriteAllText(Path.Combine(_temp.File(name), "in-use.lock"), "");
        return _temp.File(name);
    }
}
