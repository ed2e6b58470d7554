using ServerLib.Administration.Commands;

namespace ServerLib.Administration.Backup;

/// <summary>Backs up the data folder of a server, which may be running.</summary>
/// <param name="time">The clock.</param>
internal sealed class BackupCreator(TimeProvider time)
{
    /// <summary>Makes a backup, and verifies it by reading it back. Only then, it gets its name.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="path">The path of the backup.</param>
    /// <param name="overwrites">Whether an existing file is replaced.</param>
    /// <param name="progress">Is called when something has been done. Default: nothing.</param>
    /// <param name="cancellationToken">Cancels. Nothing is left then.</param>
    /// <returns>What the backup contains.</returns>
    /// <exception cref="ServerLibException">The folder cannot be copied, or a copy is damaged.</exception>
    /// <exception cref="IOException">The backup cannot be written, or there is a file already.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no permission to write the backup.</exception>
    public ServerDataSummary Create(
        string dataFolder, string path, bool overwrites, IProgress<BackupProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        string target = Path.GetFullPath(path);
        if (File.Exists(target) && !overwrites)
            throw new IOException($"'{target}' exists already.");
        using var work = new OwnerFolder(Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}"));
        DateTimeOffset now = time.GetUtcNow();
        string copy = work.CreateFolder("copy");
        ServerData.Copy(dataFolder, copy, new CopyProgress(progress), cancellationToken);
        progress?.Report(new BackupProgress("verifying the copy"));
        ServerDataSummary summary = ServerData.Verify(copy);
        string file = work.File("backup.zip");
        BackupFile.Write(file, copy, Manifest(summary, now), progress, cancellationToken);
        Directory.Delete(copy, recursive: true);

        string check = work.CreateFolder("check");
        using (BackupFile written = BackupFile.Open(file))
            written.Extract(check, progress, cancellationToken);
        progress?.Report(new BackupProgress("verifying the backup"));
        if (ServerData.Verify(check) != summary)
            throw new ServerLibException("The backup does not contain what was copied.");
        SecretFile.Move(file, target, overwrites);
        return summary;
    }

    private static BackupManifest Manifest(ServerDataSummary summary, DateTimeOffset now) => new()
    {
        Format = BackupManifest.CurrentFormat,
        Version = ProductVersion.Current,
        CreatedAt = now,
        Accounts = summary.Accounts,
        AuditEntries = summary.AuditEntries,
        AuditHead = summary.AuditHead,
        Files = [],
    };

    private sealed class CopyProgress(IProgress<BackupProgress>? progress) : IProgress<string>
    {
        public void Report(string value) => progress?.Report(new BackupProgress($"copying {value}"));
    }
}
