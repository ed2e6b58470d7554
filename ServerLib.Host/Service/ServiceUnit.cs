namespace ServerLib.Cli.Service;

/// <summary>The unit file for systemd, with the path of this program.</summary>
internal static class ServiceUnit
{
    public const string Name = "serverlib.service";

    private const string DefaultProgram = "/usr/local/bin/serverlib";

    /// <summary>What creates the service's user (sysusers.d).</summary>
    public const string User = "u serverlib - \"ServerLib\" /var/lib/serverlib\n";

    /// <summary>The program with what starts it, such as <c>dotnet ServerLib.Host.dll</c>.</summary>
    public static string[] Program { get; } = FindProgram();

    public static string Text
    {
        get
        {
            using var reader = new StreamReader(typeof(ServiceUnit).Assembly.GetManifestResourceStream(Name)!);
            return reader.ReadToEnd().Replace(DefaultProgram, string.Join(' ', Program.Select(Quote)), StringComparison.Ordinal);
        }
    }

    private static string[] FindProgram()
    {
        string process = Environment.ProcessPath ?? DefaultProgram;
        return Path.GetFileNameWithoutExtension(process) == "dotnet"
            ? [process, Path.Combine(AppContext.BaseDirectory, "ServerLib.Host.dll")]
            : [process];
    }

    /// <summary>A word of a command line of systemd, in which % begins a specifier and $ a variable.</summary>
    private static string Quote(string word)
    {
        string escaped = word.Replace("%", "%%", StringComparison.Ordinal).Replace("$", "$$", StringComparison.Ordinal)
            .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return escaped.Contains(' ', StringComparison.Ordinal) || escaped.Length != word.Length ? $"\"{escaped}\"" : word;
    }
}
