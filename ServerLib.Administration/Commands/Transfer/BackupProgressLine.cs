using ServerLib.Administration.Backup;

namespace ServerLib.Administration.Commands;

/// <summary>Shows how far a backup is.</summary>
internal sealed class BackupProgressLine(IAdminTerminal terminal) : IProgress<BackupProgress>
{
    public void Report(BackupProgress value) => terminal.ShowProgress(
        new CommandProgress(value.Step, value.TotalBytes == 0 ? null : (double)value.Bytes / value.TotalBytes));
}
