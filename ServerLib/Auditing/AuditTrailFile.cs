using Microsoft.Extensions.Logging;
using ServerLib.Diagnostics;
using ServerLib.Files;

namespace ServerLib.Auditing;

/// <summary>Where an audit trail is stored: a file that is locked and watched, or memory.</summary>
internal sealed class AuditTrailFile : IDisposable
{
    /// <summary>The lock file of the audit trail.</summary>
    public const string LockName = "history.lock";

    private readonly FolderLock? _lock;
    private readonly FileWatch? _watch;

    private AuditTrailFile(string path, Func<string, Stream> open, FolderLock? folderLock, FileWatch? watch) =>
        (Path, Open, _lock, _watch) = (path, open, folderLock, watch);

    /// <summary>The file's path. In memory, a path in a folder that does not exist.</summary>
    public string Path { get; }

    /// <summary>Opens the file, or its log, for reading and writing.</summary>
    public Func<string, Stream> Open { get; }

    /// <summary>Whether the folder has accounts but no trail.</summary>
    public bool IsMissing { get; private init; }

    /// <summary>A file in a data folder, which is created if necessary.</summary>
    /// <exception cref="ServerLibException">Another process uses the folder, or the folder cannot be written.</exception>
    public static AuditTrailFile InFolder(
        string dataFolder, TimeProvider time, ILogger logger, ServerProblems? problems, Func<string, Stream> open)
    {
        string folder = System.IO.Path.GetFullPath(dataFolder);
        string path = System.IO.Path.Combine(folder, AuditTrail.FileName);
        FolderLock folderLock = FolderLock.Take(folder, time, file => FileEvents.LockLost(logger, problems, file), LockName);
        bool isMissing = !File.Exists(path) && new AccountsMarker(folder).Exists;
        FileRights.Check(logger, path, DatabaseFile.LogPath(path));
        var watch = new FileWatch(path, time, logger, problems, ProblemNames.AuditTrailFile);
        return new AuditTrailFile(path, open, folderLock, watch) { IsMissing = isMissing };
    }

    /// <summary>Memory, which is lost when the trail is closed.</summary>
    public static AuditTrailFile InMemory()
    {
        string path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"memory-{Guid.NewGuid():N}", AuditTrail.FileName);
        return new AuditTrailFile(path, static _ => new MemoryStream(), null, null);
    }

    /// <summary>The file has just been opened, so that the watch knows which file it is.</summary>
    public void MarkOpened() => _watch?.MarkOpened();

    /// <summary>Ends the watch.</summary>
    public void StopWatching() => _watch?.Dispose();

    public void Dispose()
    {
        StopWatching();
        _lock?.Dispose();
    }
}
