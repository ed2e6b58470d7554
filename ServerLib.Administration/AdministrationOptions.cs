namespace ServerLib.Administration;

/// <summary>The options of the admin commands.</summary>
public sealed class AdministrationOptions
{
    /// <summary>The folder in which <c>audit</c> writes its file. Default the current directory.</summary>
    public string WorkingDirectory { get; set; } = Environment.CurrentDirectory;

    /// <summary>
    /// Whether the server listens on the admin socket, <c>admin.sock</c> in the data folder. The owner of the server's process and root can run
    /// commands there without an account. Default <see langword="true"/>.
    /// </summary>
    public bool AdminSocket { get; set; } = true;

    /// <summary>
    /// How the accounts are backed up, as a sentence for the admin, if they are not in the data folder. <c>backup</c> and <c>restore</c> then work
    /// on the other files, and print this. Default <see langword="null"/>.
    /// </summary>
    public string? BackupOfAccounts { get; set; }
}
