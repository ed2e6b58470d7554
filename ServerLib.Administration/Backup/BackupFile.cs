using System.IO.Compression;
using System.Text.Json;

namespace ServerLib.Administration.Backup;

/// <summary>A backup: a ZIP file with the parts of a data folder and a manifest.</summary>
internal sealed class BackupFile : IDisposable
{
    private const int MaxManifest = 64 * 1024;

    /// <summary>More than any disk has, and so little that sums of sizes do not overflow.</summary>
    private const long MaxPart = 1L << 50;

    private readonly ZipArchive _zip;
    private readonly string _path;

    private BackupFile(string path, ZipArchive zip, BackupManifest manifest) => (_path, _zip, Manifest) = (path, zip, manifest);

    public BackupManifest Manifest { get; }

    /// <summary>Writes a backup.</summary>
    /// <param name="path">The path. There is no file.</param>
    /// <param name="folder">The folder with the parts.</param>
    /// <param name="manifest">The manifest without parts.</param>
    /// <param name="progress">Is called after each piece.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static void Write(
        string path, string folder, BackupManifest manifest, IProgress<BackupProgress>? progress, CancellationToken cancellationToken)
    {
        string[] names = [.. ServerData.BackupFiles.Where(name => File.Exists(Path.Combine(folder, name)))];
        var steps = new Steps(progress, "writing the backup", names.Sum(name => new FileInfo(Path.Combine(folder, name)).Length));
        List<BackupManifest.Part> parts = [];
        using FileStream file = SecretFile.OpenAppend(path);
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string name in names)
            {
                using FileStream source = File.OpenRead(Path.Combine(folder, name));
                using Stream part = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                (long size, string hash) = HashingCopy.Copy(source, part, long.MaxValue, steps.Add, cancellationToken);
                parts.Add(new BackupManifest.Part(name, size, hash));
            }

            using Stream last = zip.CreateEntry(BackupManifest.FileName, CompressionLevel.NoCompression).Open();
            JsonSerializer.Serialize(last, manifest with { Files = parts }, BackupManifestJson.Default.BackupManifest);
        }

        file.Flush(flushToDisk: true);
    }

    /// <summary>Opens a backup, and reads its manifest.</summary>
    /// <exception cref="ServerLibException">It is not a backup, is cut off, has unknown parts, or was made by a newer version.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no permission to read the file.</exception>
    public static BackupFile Open(string path)
    {
        FileStream file = SecretFile.OpenRead(path);
        ZipArchive? zip = null;
        try
        {
            zip = new ZipArchive(file, ZipArchiveMode.Read);
            return new BackupFile(path, zip, ReadManifest(zip));
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or FormatException)
        {
            zip?.Dispose();
            file.Dispose();
            string reason = e is FormatException ? e.Message : "it is not a backup, or is cut off";
            throw new ServerLibException($"'{path}' cannot be restored: {reason}.", e);
        }
    }

    /// <summary>Extracts all parts, and compares them with the manifest.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="progress">Is called after each piece.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ServerLibException">A part is damaged or was changed.</exception>
    public void Extract(string folder, IProgress<BackupProgress>? progress, CancellationToken cancellationToken)
    {
        var steps = new Steps(progress, "reading the backup", Manifest.Files.Sum(part => part.Size));
        foreach (BackupManifest.Part part in Manifest.Files)
        {
            try
            {
                using Stream source = _zip.GetEntry(part.Name)!.Open();
                using FileStream target = SecretFile.OpenAppend(Path.Combine(folder, part.Name));
                if (HashingCopy.Copy(source, target, part.Size, steps.Add, cancellationToken) != (part.Size, part.Sha256))
                    throw new InvalidDataException("Its hash does not match the manifest.");
                target.Flush(flushToDisk: true);
            }
            catch (InvalidDataException e)
            {
                throw new ServerLibException($"'{_path}' is damaged, or was changed: its part {part.Name} does not match the manifest.", e);
            }
        }
    }

    public void Dispose() => _zip.Dispose();

    private static BackupManifest ReadManifest(ZipArchive zip)
    {
        string[] names = [.. zip.Entries.Select(entry => entry.FullName)];
        if (zip.GetEntry(BackupManifest.FileName) is not { Length: <= MaxManifest } entry)
            throw new InvalidDataException();
        using Stream stream = entry.Open();
        byte[] bytes = new byte[MaxManifest];
        int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        BackupManifest manifest = JsonSerializer.Deserialize(bytes.AsSpan(0, count), BackupManifestJson.Default.BackupManifest)
            ?? throw new InvalidDataException();
        if (manifest.Format > BackupManifest.CurrentFormat)
            throw new FormatException($"it was made by a newer version ({TextSanitizer.Escape(manifest.Version)}), which can restore it");
        string[] parts = [.. manifest.Files.Select(part => part?.Name ?? "")];
        if (Array.Find([.. names, .. parts], name => name != BackupManifest.FileName && !ServerData.BackupFiles.Contains(name)) is { } unknown)
            throw new FormatException($"it has an unknown part '{TextSanitizer.Escape(unknown)}'");
        if (manifest.Files.Any(part => part.Size is < 0 or > MaxPart))
            throw new FormatException("its manifest has an impossible size");
        return names.Distinct().Count() == names.Length && names.Order().SequenceEqual(parts.Append(BackupManifest.FileName).Order())
            ? manifest
            : throw new FormatException("its parts are not those of its manifest");
    }

    private sealed class Steps(IProgress<BackupProgress>? progress, string step, long total)
    {
        private long _done;

        public void Add(int bytes) => progress?.Report(new BackupProgress(step, _done += bytes, total));
    }
}
