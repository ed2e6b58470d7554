namespace ServerLib.Administration;

/// <summary>The options of the admin commands.</summary>
public sealed class AdministrationOptions
{
    /// <summary>The folder that relative paths in commands start from. Default the current directory.</summary>
    public string WorkingDirectory { get; set; } = Environment.CurrentDirectory;
}
