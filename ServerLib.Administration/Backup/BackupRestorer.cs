namespace ServerLib.Administration.Backup;

/// <summary>Restores a backup into a data folder that no server uses.</summary>
internal static class BackupRestorer
{
    // The server that is started later deletes old entries. It knows how long they are kept.
    private static readonly TimeSpan LongRetention = TimeSpan.FromDays(36_500);

    /// <summary>
    /// Verifies a backup completely, and replaces the data folder by its contents. Logs and other files of the folder are kept. There are no
    /// ticket keys afterwards, so all tickets are invalid.
    /// </summary>
    /// <param name="path">The backup.</param>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="overwrites">Whether existing contents are replaced.</param>
    /// <param name="actor">Who restores it, for the audit trail.</param>
    /// <param name="progress">Is called when something has been done. Default: nothing.</param>
    /// <param name="cancellationToken">Cancels. Nothing is changed then.</param>
    /// <returns>What the backup contains.</returns>
    /// <exception cref="ServerLibException">The backup cannot be restored, or a server uses the folder. Nothing is changed.</exception>
    /// <exception cref="IOException">The folder has contents, or cannot be replaced. Nothing is changed.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no permission. Nothing is changed.</exception>
    public static async Task<ServerDataSummary> RestoreAsync(
        string path,
        string dataFolder,
        bool overwrites,
        string actor,
        IProgress<BackupProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using BackupFile backup = BackupFile.Open(path);
        string folder = Resolve(dataFolder);
        if (HasContents(folder) && !overwrites)
            throw new IOException($"The data folder '{folder}' has contents already.");
        using IDisposable? held = Directory.Exists(folder) ? ServerData.Lock(folder) : null;
        using var work = new OwnerFolder($"{folder}.restoring");
        string restored = work.CreateFolder("data");
        backup.Extract(restored, progress, cancellationToken);
        progress?.Report(new BackupProgress("verifying the backup"));
        ServerDataSummary summary = ServerData.Verify(restored);
        if (summary.Accounts != backup.Manifest.Accounts || summary.AuditHead != backup.Manifest.AuditHead)
            throw new ServerLibException($"'{path}' does not contain what its manifest says.");
        await RecordAsync(restored, actor, backup.Manifest).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        progress?.Report(new BackupProgress("replacing the data folder"));

        // Windows does not rename a folder with open files.
        if (OperatingSystem.IsWindows())
            held?.Dispose();
        ServerData.Replace(folder, restored);
        return summary;
    }

    private static async Task RecordAsync(string folder, string actor, BackupManifest manifest)
    {
        var audit = new AuditTrail(folder, LongRetention);
        await using (audit.ConfigureAwait(false))
            audit.Write(AuditEvent.AdminCommand, "", actor: actor, detail: $"restore, of a backup from {manifest.CreatedAt:u}");
    }

    private static bool HasContents(string folder) => Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any();

    /// <summary>The full path without links, because a link would be replaced in place of the folder.</summary>
    private static string Resolve(string dataFolder)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataFolder));
        return Directory.Exists(full) ? new DirectoryInfo(full).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full : full;
    }
}
