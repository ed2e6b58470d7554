using ServerLib.Auditing;
using ServerLib.Files;

namespace ServerLib;

/// <summary>
/// A snapshot of an audit trail, whose files another process may have open. The files are only read. The snapshot contains a copy of the
/// database's log, and reads the data file in place. If the data file keeps changing, it is copied too.
/// </summary>
public sealed class AuditTrailCopy : IAuditReader, IAsyncDisposable, IDisposable
{
    private const int Attempts = 10;
    private const int AttemptsInPlace = 3;

    private readonly string _path;
    private readonly DatabaseThread<AuditDatabase> _thread;
    private volatile DirectoryInfo? _folder;
    private volatile int _changes;

    private AuditTrailCopy(string path)
    {
        _path = path;
        _thread = DatabaseThread<AuditDatabase>.Start(
            "ServerLib history copy",
            Open,
            mustOpen: true,
            capacity: 16,
            TimeProvider.System,
            broken: _ => { },
            recovered: () => { });
        Reader = new AuditReader(new LiteDbAuditStore(_thread, path));
    }

    /// <summary>The temporary folder, if the data file was copied.</summary>
    internal string? Folder => _folder?.FullName;

    /// <summary>Searches and verifies the snapshot.</summary>
    internal AuditReader Reader { get; }

    /// <summary>Opens the audit trail of a data folder.</summary>
    /// <param name="dataFolder">The server's data folder.</param>
    /// <exception cref="ServerLibException">
    /// The folder has no audit trail; or the audit trail cannot be read, is damaged, or changed at every attempt to copy it.
    /// </exception>
    public static AuditTrailCopy Create(string dataFolder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataFolder);
        string path = Path.Combine(dataFolder, AuditTrail.FileName);
        try
        {
            return new AuditTrailCopy(path);
        }
        catch (Exception e)
        {
            throw e as ServerLibException ?? new ServerLibException($"The history '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AuditEntry>> ReadAsync(
        AuditFilter? filter = null, int limit = 50, CancellationToken cancellationToken = default) =>
        RetryAsync(() => Reader.ReadAsync(filter, limit, cancellationToken));

    /// <inheritdoc/>
    public Task<AuditCheck> VerifyAsync(IEnumerable<string>? heads = null, CancellationToken cancellationToken = default) =>
        RetryAsync(() => Reader.VerifyAsync(heads, cancellationToken));

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

    /// <summary>Repeats what has failed because the files have changed. The thread has opened them again then.</summary>
    private async Task<T> RetryAsync<T>(Func<Task<T>> read)
    {
        while (true)
        {
            int before = _changes;
            try
            {
                return await read().ConfigureAwait(false);
            }
            catch (ServerLibException) when (_changes > before && before < AttemptsInPlace)
            {
                // A copy does not change, so this ends.
            }
        }
    }

    private AuditDatabase Open()
    {
        while (_changes < AttemptsInPlace)
        {
            int before = _changes;
            try
            {
                return OpenInPlace();
            }
            catch (Exception) when (_changes > before)
            {
                // The files have changed meanwhile.
            }
        }

        return OpenWholeCopy();
    }

    private AuditDatabase OpenInPlace()
    {
        var data = new SnapshotStream(_path, () => _changes++);
        try
        {
            Stream log = CopyLog(data);
            return AuditDatabase.OpenReadOnly(_path, path => path == _path ? data : log);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>Copies the log to memory. It is small: a checkpoint empties it.</summary>
    private MemoryStream CopyLog(SnapshotStream data)
    {
        var copy = new MemoryStream();
        try
        {
            using FileStream log = OpenForReading(DatabaseFile.LogPath(_path));
            log.CopyTo(copy);
        }
        catch (FileNotFoundException)
        {
            // There is no log after a server has stopped.
        }

        data.CheckUnchanged();
        copy.Position = 0;
        return copy;
    }

    private AuditDatabase OpenWholeCopy()
    {
        _folder ??= Directory.CreateTempSubdirectory("serverlib-history-");
        string copy = Path.Combine(_folder.FullName, AuditTrail.FileName);
        try
        {
            Copy(_path, copy);
            return AuditDatabase.OpenCopy(copy);
        }
        catch
        {
            Delete();
            throw;
        }
    }

    private static void Copy(string path, string copy)
    {
        if (!DatabaseCopy.TryCopy(path, copy, Attempts))
            throw new ServerLibException($"The history '{path}' changes while it is read. Use 'history' on the console of the running server.");
    }

    private static FileStream OpenForReading(string path)
    {
        RegularFile.Check(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    private void Delete()
    {
        _folder?.Refresh();
        if (_folder is { Exists: true })
            _folder.Delete(recursive: true);
        _folder = null;
    }
}
