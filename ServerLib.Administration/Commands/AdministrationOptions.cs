namespace ServerLib.Cli;

/// <summary>The options of the admin commands.</summary>
internal sealed class AdministrationOptions
{
    /// <summary>The folder that relative paths in commands start from. Default the current directory.</summary>
    public string WorkingDirectory { get; set; } = Environment.CurrentDirectory;
}
