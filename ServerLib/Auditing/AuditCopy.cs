using ServerLib.Files;

namespace ServerLib.Auditing;

/// <summary>
/// An audit trail read from its files, which may be another process's: LiteDB would read pages that are being changed, so it gets a
/// copy of its own, as a kill would have left them. The files themselves are only read.
/// </summary>
internal sealed class AuditCopy : IAsyncDisposable
{
    private const int Attempts = 10;

    private readonly DirectoryInfo _folder;
    private readonly DatabaseThread<AuditStore> _thread;

    private AuditCopy(DirectoryInfo folder, DatabaseThread<AuditStore> thread) => (_folder, _thread, Reader) = (folder, thread, new(thread));

    public AuditReader Reader { get; }

    /// <summary>Where the copy lies.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Copies the trail of a data folder.</summary>
    /// <exception cref="ServerLibException">It can't be read, is damaged, or changes all the time.</exception>
    public static AuditCopy Make(string dataFolder)
    {
        string path = Path.Combine(dataFolder, AuditTrail.FileName);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("serverlib-history-");
        try
        {
            string copy = Path.Combine(folder.FullName, AuditTrail.FileName);
            Copy(path, copy);
            return new AuditCopy(folder, DatabaseThread<AuditStore>.Start(
                "ServerLib history copy",
                () => AuditStore.OpenCopy(copy),
                mustOpen: true,
                capacity: 16,
                TimeProvider.System,
                broken: _ => { },
                recovered: () => { }));
        }
        catch (Exception e)
        {
            folder.Delete(recursive: true);
            throw e as ServerLibException ?? new ServerLibException($"The history '{path}' can't be read: {e.Message}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _thread.DisposeAsync().ConfigureAwait(false);
        _folder.Delete(recursive: true);
    }

    private static void Copy(string path, string copy)
    {
        for (int i = 0; i < Attempts; i++)
        {
            if (TryCopy(path, copy))
                return;
        }

        throw new ServerLibException($"The history '{path}' changes while it is read: ask the running server, by 'history' on its console.");
    }

    /// <returns>Whether what was copied belongs together.</returns>
    private static bool TryCopy(string path, string copy)
    {
        using FileStream data = OpenForReading(path);
        (long, DateTime) before = Stamp();
        CopyWhole(data, copy);
        string log = DatabaseFile.LogPath(path), logCopy = DatabaseFile.LogPath(copy);
        File.Delete(logCopy);
        try
        {
            using FileStream source = OpenForReading(log);
            CopyWhole(source, logCopy);

            // The data is written only when the log goes into it; between two such times the log is only ever added to.
            return before == Stamp() && StartsWith(source, logCopy);
        }
        catch (FileNotFoundException)
        {
            return before == Stamp();
        }

        (long, DateTime) Stamp() => (data.Length, File.GetLastWriteTimeUtc(data.SafeFileHandle));
    }

    private static FileStream OpenForReading(string path)
    {
        RegularFile.Check(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    private static void CopyWhole(FileStream source, string copy)
    {
        using var target = new FileStream(copy, OwnerOnly.File(FileMode.Create, FileShare.None));
        source.CopyTo(target);
    }

    private static bool StartsWith(FileStream source, string copy)
    {
        using FileStream copied = OpenForReading(copy);
        source.Position = 0;
        byte[] left = new byte[64 * 1024], right = new byte[64 * 1024];
        int count;
        while ((count = copied.ReadAtLeast(right, right.Length, throwOnEndOfStream: false)) > 0)
        {
            if (source.ReadAtLeast(left.AsSpan(0, count), count, throwOnEndOfStream: false) != count
                || !left.AsSpan(0, count).SequenceEqual(right.AsSpan(0, count)))
            {
                return false;
            }
        }

        return true;
    }
}
