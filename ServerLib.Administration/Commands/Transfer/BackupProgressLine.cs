using System.Globalization;
using ServerLib.Administration.Backup;

namespace ServerLib.Administration.Commands;

/// <summary>Shows how far a backup is.</summary>
internal sealed class BackupProgressLine(IAdminTerminal terminal) : IProgress<BackupProgress>
{
    public void Report(BackupProgress value)
    {
        string share = value.TotalBytes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {100 * value.Bytes / value.TotalBytes} %");
        terminal.ShowProgress(value.Step + share);
    }
}
