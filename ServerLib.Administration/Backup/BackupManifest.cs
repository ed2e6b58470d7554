using System.Text.Json.Serialization;

namespace ServerLib.Administration.Backup;

/// <summary>What a backup contains. The names are part of the format.</summary>
internal sealed record BackupManifest
{
    /// <summary>The name of the manifest in the backup.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The format that this version writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The format of the backup.</summary>
    public int Format { get; init; }

    /// <summary>The version of the program that made the backup.</summary>
    public required string Version { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The number of accounts; <see langword="null"/> if the accounts are not in the backup.</summary>
    public long? Accounts { get; init; }

    /// <summary>The number of the newest entry of the audit trail; <see langword="null"/> if it is not in the backup.</summary>
    public long? AuditEntries { get; init; }

    /// <summary>The number and hash of the newest entry of the audit trail.</summary>
    public string? AuditHead { get; init; }

    public required IReadOnlyList<Part> Files { get; init; }

    /// <summary>A file in the backup.</summary>
    /// <param name="Name">The file's name, without a folder.</param>
    /// <param name="Size">Its size in bytes.</param>
    /// <param name="Sha256">Its SHA-256 in lower-case hexadecimal digits.</param>
    internal sealed record Part(string Name, long Size, string Sha256);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupManifestJson : JsonSerializerContext;
