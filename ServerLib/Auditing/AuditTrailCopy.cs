using ServerLib.Auditing;
using ServerLib.Files;

namespace ServerLib;

/// <summary>
/// A copy of an audit trail's files, which another process may have open. The files themselves are only read. Disposing the copy deletes it.
/// </summary>
public sealed class AuditTrailCopy : IAuditReader, IAsyncDisposable, IDisposable
{
    private const int Attempts = 10;

    private readonly DirectoryInfo _folder;
    private readonly DatabaseThread<AuditStore> _thread;

    private AuditTrailCopy(DirectoryInfo folder, DatabaseThread<AuditStore> thread) =>
        (_folder, _thread, Reader) = (folder, thread, new AuditReader(thread));

    /// <summary>The temporary folder of the copy.</summary>
    internal string Folder => _folder.FullName;

    /// <summary>Searches and verifies the copy.</summary>
    internal AuditReader Reader { get; }

    /// <summary>Copies the audit trail of a data folder.</summary>
    /// <param name="dataFolder">The server's data folder.</param>
    /// <exception cref="ServerLibException">
    /// There is no audit trail in the folder, it cannot be read, it is damaged, or it changed at every attempt to copy it.
    /// </exception>
    public static AuditTrailCopy Create(string dataFolder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataFolder);
        string path = Path.Combine(dataFolder, AuditTrail.FileName);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("serverlib-history-");
        try
        {
            string copy = Path.Combine(folder.FullName, AuditTrail.FileName);
            Copy(path, copy);
            return new AuditTrailCopy(folder, DatabaseThread<AuditStore>.Start(
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
            throw e as ServerLibException ?? new ServerLibException($"The history '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AuditEntry>> ReadAsync(
        AuditFilter? filter = null, int limit = 50, CancellationToken cancellationToken = default) =>
        Reader.ReadAsync(filter, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<AuditCheck> VerifyAsync(IEnumerable<string>? heads = null, CancellationToken cancellationToken = default) =>
        Reader.VerifyAsync(heads, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _thread.DisposeAsync().ConfigureAwait(false);
        Delete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _thread.Dispose();
        Delete();
    }

    private static void Copy(string path, string copy)
    {
        for (int i = 0; i < Attempts; i++)
        {
            if (TryCopy(path, copy))
                return;
        }

        throw new ServerLibException($"The history '{path}' changes while it is read. Use 'history' on the console of the running server.");
    }

    /// <summary>Copies both files. LiteDB would read pages while they change, so it gets files as a killed process would leave them.</summary>
    /// <returns>Whether the two copies belong together.</returns>
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

            // The engine writes the data file only when it moves the log into it. Between two such times the log only grows.
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

    private void Delete()
    {
        _folder.Refresh();
        if (_folder.Exists)
            _folder.Delete(recursive: true);
    }
}
