using Microsoft.Extensions.Time.Testing;
using ServerLib.Auditing;
using ServerLib.Files;

namespace ServerLib.Tests.Auditing;

/// <summary>Copies of files that are open, being written, truncated or damaged.</summary>
[TestClass]
public sealed class AuditTrailCopyTests : IDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly FakeTimeProvider _time = new(new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
    private readonly AuditFolder _folder;

    public AuditTrailCopyTests() => _folder = new AuditFolder(_time);

    private string Log => DatabaseFile.LogPath(_folder.File);

    [TestMethod]
    public async Task A_copy_of_open_files_contains_what_is_still_in_the_log()
    {
        await using AuditTrail trail = _folder.Open();
        for (int i = 1; i <= 300; i++)
        {
            trail.Write(AuditEvent.Logon, $"user{i}");
            if (i % 100 != 0)
                continue;
            await trail.ReadNewestAsync(1);
            Assert.IsGreaterThan(0, new FileInfo(Log).Length);
            Assert.HasCount(i + 1, await _folder.ReadAsync());
            Assert.AreEqual("sound", await _folder.VerifyAsync());
        }
    }

    [TestMethod]
    public async Task A_copy_of_files_during_writes_is_consistent()
    {
        await using AuditTrail trail = _folder.Open();
        using var stop = new CancellationTokenSource();
        Task writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                trail.Write(AuditEvent.Logon, "ada");
                await trail.ReadNewestAsync(1);
            }
        }, _guard);
        for (int i = 0; i < 20; i++)
            Assert.AreEqual("sound", await _folder.VerifyAsync());
        await stop.CancelAsync();
        await writing;
    }

    [TestMethod]
    public async Task A_copy_changes_nothing_and_leaves_nothing_behind()
    {
        await _folder.FillAsync(3);
        byte[] before = await File.ReadAllBytesAsync(_folder.File, _guard);
        await using (AuditTrailCopy copy = AuditTrailCopy.Create(_folder.Path))
        {
            await copy.VerifyAsync(cancellationToken: _guard);
            Assert.IsNull(copy.Folder);
        }

        CollectionAssert.AreEqual(before, await File.ReadAllBytesAsync(_folder.File, _guard));
        CollectionAssert.AreEqual(
            (string[])["history.db", "history.lock"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order().ToArray());
    }

    [TestMethod]
    public async Task A_data_file_that_has_changed_is_not_read_any_more()
    {
        await _folder.FillAsync(3);
        int changes = 0;
        using var stream = new SnapshotStream(_folder.File, () => changes++);
        byte[] page = new byte[PageStream.PageSize];
        stream.ReadExactly(page);
        File.SetLastWriteTimeUtc(_folder.File, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.ThrowsExactly<IOException>(() => stream.ReadExactly(page));
        Assert.AreEqual(1, changes);
    }

    [TestMethod]
    public async Task A_copy_of_a_truncated_log_lacks_only_the_last_entries()
    {
        byte[] data, log;
        await using (AuditTrail trail = _folder.Open())
        {
            for (int i = 0; i < 12; i++)
            {
                trail.Write(AuditEvent.Logon, "ada");
                await trail.ReadNewestAsync(1);
            }

            data = await ReadSharedAsync(_folder.File);
            log = await ReadSharedAsync(Log);
        }

        int before = 0;
        for (int length = 0; length <= log.Length; length += 8_192 / 2)
        {
            await File.WriteAllBytesAsync(_folder.File, data, _guard);
            await File.WriteAllBytesAsync(Log, log[..length], _guard);
            int count = (await _folder.ReadAsync()).Count;
            Assert.IsGreaterThanOrEqualTo(before, count);
            Assert.AreEqual("sound", await _folder.VerifyAsync());
            before = count;
        }

        Assert.AreEqual(13, before);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(8_191)]
    [DataRow(8_192)]
    [DataRow(20_000)]
    public async Task Create_names_a_damaged_file_in_its_error(int length)
    {
        await _folder.FillAsync(300);
        byte[] whole = await File.ReadAllBytesAsync(_folder.File, _guard);
        await File.WriteAllBytesAsync(_folder.File, whole[..length], _guard);
        Assert.Contains(_folder.File, Assert.ThrowsExactly<ServerLibException>(() => AuditTrailCopy.Create(_folder.Path)).Message);
    }

    [TestMethod]
    public void Create_names_a_missing_file_in_its_error() =>
        Assert.Contains(_folder.File, Assert.ThrowsExactly<ServerLibException>(() => AuditTrailCopy.Create(_folder.Path)).Message);

    public void Dispose() => _folder.Dispose();

    private async Task<byte[]> ReadSharedAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, _guard);
        return bytes;
    }
}
