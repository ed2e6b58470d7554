namespace ServerLib.Administration.Backup;

/// <summary>How far a backup or its restoration is.</summary>
/// <param name="Step">What is being done, as a phrase.</param>
/// <param name="Bytes">The bytes that were handled in this step.</param>
/// <param name="TotalBytes">The bytes of this step; 0 if unknown.</param>
internal sealed record BackupProgress(string Step, long Bytes = 0, long TotalBytes = 0);
