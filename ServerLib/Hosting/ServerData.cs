using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ServerLib.Accounts;
using ServerLib.Auditing;
using ServerLib.Authentication;
using ServerLib.Files;
using ServerLib.Transport;

namespace ServerLib;

/// <summary>Copies, verifies and replaces a server's data folder, for backups.</summary>
public static class ServerData
{
    internal const string ServerKeyName = "server-key.pem";
    internal const string LoginThrottleName = "guesses.json";

    private const int CopyAttempts = 20;

    // Not in a backup: what ticket keys, locks and logs of databases contain is of use only to the server that wrote them.
    private static readonly string[] NotKept =
    [
        TicketKeyFile.Name, FolderLock.FileName, AuditTrailFile.LockName, CheckpointHold.FileName, AccountsMarker.FileName,
        Path.GetFileName(DatabaseFile.LogPath(Path.GetFullPath(UserStore.FileName))),
        Path.GetFileName(DatabaseFile.LogPath(Path.GetFullPath(AuditTrail.FileName))),
    ];

    /// <summary>
    /// The names of the files that a backup contains, as far as they exist: the accounts with bans, keys and invitations, the audit trail, the
    /// server's key and own certificate, and the state of login throttling.
    /// </summary>
    public static IReadOnlyList<string> BackupFiles { get; } =
        [UserStore.FileName, AuditTrail.FileName, ServerKeyName, ServerCertificate.FileName, LoginThrottleName];

    /// <summary>Keeps servers from using a data folder until the result is disposed.</summary>
    /// <param name="folder">The folder. It must exist.</param>
    /// <exception cref="ServerLibException">A server is using it, or it cannot be written.</exception>
    public static IDisposable Lock(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        FolderLock accounts = FolderLock.Take(folder, TimeProvider.System, _ => { });
        try
        {
            return new BothLocks(accounts, FolderLock.Take(folder, TimeProvider.System, _ => { }, AuditTrailFile.LockName));
        }
        catch
        {
            accounts.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Copies the <see cref="BackupFiles"/> of a folder, also while a server is using it. The copy of each database has the state of one moment,
    /// and contains everything that was on disk before the call. The server goes on working meanwhile.
    /// </summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="target">An empty folder.</param>
    /// <param name="progress">Is called with the name of each file before it is copied. Default: nothing.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ServerLibException">A file cannot be copied, or there is nothing to copy.</exception>
    /// <exception cref="IOException">The target cannot be written.</exception>
    public static void Copy(string folder, string target, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        string[] files = [.. BackupFiles.Where(name => File.Exists(Path.Combine(folder, name)))];
        if (new AccountsMarker(folder) is { Exists: true } marker && !files.Contains(UserStore.FileName))
            throw marker.Refuse("The user database is missing");
        if (files.Length == 0)
            throw new ServerLibException($"There is no server's data in the folder '{folder}'.");
        using CheckpointHold hold = CheckpointHold.Take(folder);
        foreach (string name in files)
        {
            progress?.Report(name);
            Copy(Path.Combine(folder, name), Path.Combine(target, name), cancellationToken);
        }
    }

    /// <summary>
    /// Reads everything in a copy of a data folder: every account and ban, and the whole audit trail, which is verified. Changes the form of the
    /// databases, but not their contents.
    /// </summary>
    /// <param name="folder">The copy. No server uses it.</param>
    /// <exception cref="ServerLibException">A file is damaged. The message says which.</exception>
    public static ServerDataSummary Verify(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        long? accounts = Read<long?>(folder, UserStore.FileName, _ => UserStore.Check(folder));
        AuditCheck? audit = Read(folder, AuditTrail.FileName, AuditDatabase.Check);
        Read(folder, ServerKeyName, path => ServerKey.FromPem(SmallFile.ReadText(path)).KeySize);
        Read(folder, ServerCertificate.FileName, path => X509Certificate2.CreateFromPem(SmallFile.ReadText(path)).Thumbprint);
        Read(folder, LoginThrottleName, LoginThrottleFile.Read);
        return new ServerDataSummary(accounts, audit is null ? null : audit.Newest?.Number ?? 0, audit?.Head, audit?.Problem);
    }

    /// <summary>
    /// Replaces a data folder by a restored one. Other files of the folder, such as logs and certificates, are copied to the new one before;
    /// links stay links. On Linux, the exchange is one step, and everything is on disk before: after a crash or a power cut, the folder has
    /// either the old or the new contents.
    /// </summary>
    /// <param name="folder">The data folder. No server uses it: see <see cref="Lock"/>. It may be missing.</param>
    /// <param name="restored">The new folder, on the same file system. Afterwards it is deleted.</param>
    /// <exception cref="IOException">
    /// The folder cannot be replaced, and is unchanged. Or it was replaced, and the disk fails or the old contents cannot be deleted.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of permission.</exception>
    public static void Replace(string folder, string restored) => Replace(folder, restored, DiskFlush.Flush);

    /// <param name="folder">The data folder.</param>
    /// <param name="restored">The new folder.</param>
    /// <param name="flush">Brings a file, or the names in a folder, to disk.</param>
    internal static void Replace(string folder, string restored, Action<string> flush)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentException.ThrowIfNullOrWhiteSpace(restored);
        bool exists = Directory.Exists(folder);
        if (exists)
            CopyFolder(folder, restored, IsKept);
        DiskFlush.FlushAll(restored, flush);
        if (!exists)
        {
            Directory.Move(restored, folder);
            flush(ParentOf(folder));
            return;
        }

        FolderExchange.Swap(folder, restored);
        flush(ParentOf(folder));
        flush(ParentOf(restored));
        Directory.Delete(restored, recursive: true);
    }

    private static string ParentOf(string folder) => Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))!;

    private static bool IsKept(string name) => !NotKept.Contains(name) && !BackupFiles.Contains(name);

    private static void CopyFolder(string source, string target, Func<string, bool> isKept)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(source).EnumerateFileSystemInfos().Where(entry => isKept(entry.Name)))
        {
            string copy = Path.Combine(target, entry.Name);
            if (entry.LinkTarget is { } link)
            {
                // What a link leads to is not part of the folder, and may even contain it.
                _ = entry is DirectoryInfo ? Directory.CreateSymbolicLink(copy, link) : File.CreateSymbolicLink(copy, link);
            }
            else if (entry is DirectoryInfo)
            {
                OwnerOnly.CreateDirectory(copy);
                CopyFolder(entry.FullName, copy, _ => true);
            }
            else if (RegularFile.IsFile(entry.FullName))
            {
                File.Copy(entry.FullName, copy);
            }
        }
    }

    private static void Copy(string path, string target, CancellationToken cancellationToken)
    {
        if (Path.GetExtension(path) != Path.GetExtension(UserStore.FileName))
        {
            using FileStream source = RegularFile.OpenRead(path);
            using var copy = new FileStream(target, OwnerOnly.File(FileMode.CreateNew, FileShare.None));
            source.CopyTo(copy);
        }
        else if (!DatabaseCopy.TryCopy(path, target, CopyAttempts, cancellationToken))
        {
            throw new ServerLibException($"'{path}' changes too fast to be copied. Try again when the server has less to do.");
        }
    }

    private static T? Read<T>(string folder, string name, Func<string, T> read)
    {
        string path = Path.Combine(folder, name);
        if (!File.Exists(path))
            return default;
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new ServerLibException($"{name} is damaged: {e.Message}", e);
        }
    }

    private sealed class BothLocks(FolderLock accounts, FolderLock audit) : IDisposable
    {
        public void Dispose()
        {
            audit.Dispose();
            accounts.Dispose();
        }
    }
}
