using ServerLib.Administration.Backup;

namespace ServerLib.Tests.Fuzzing;

/// <summary>Backup files.</summary>
[TestClass]
public sealed class BackupFuzzTests
{
    [TestMethod]
    public Task A_mutated_backup_is_restored_or_changes_nothing() => Fuzzer.RunAsync(Corpus.Of("backup"), Shape.Bytes, 150, static async input =>
    {
        using var folder = new TempFolder();
        string path = folder.File("backup.zip"), target = folder.File("data");
        await File.WriteAllBytesAsync(path, input.Bytes);
        try
        {
            await BackupRestorer.RestoreAsync(path, target, overwrites: false, "console", cancellationToken: Guard.NewToken());
            CollectionAssert.AreEquivalent(new[] { path, target }, Directory.GetFileSystemEntries(folder.Path));
        }
        catch (ServerLibException e)
        {
            Assert.IsFalse(e.Message.Any(char.IsControl), e.Message);
            CollectionAssert.AreEqual(new[] { path }, Directory.GetFileSystemEntries(folder.Path));
        }
    });
}
