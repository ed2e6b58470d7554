using Microsoft.Extensions.Logging;

namespace ServerLib.Cli.Service;

/// <summary>The journal of systemd, which reads the priority of a line from its beginning (sd-daemon).</summary>
internal static class Journal
{
    /// <summary>Whether standard error is connected to the journal.</summary>
    /// <param name="variables">The environment. <c>JOURNAL_STREAM</c> has the device and inode of the journal's socket.</param>
    public static bool IsStandardError(IReadOnlyDictionary<string, string?> variables)
    {
        if (!OperatingSystem.IsLinux() || variables.GetValueOrDefault("JOURNAL_STREAM")?.Split(':') is not [_, { Length: > 0 } inode])
            return false;
        try
        {
            return new FileInfo("/proc/self/fd/2").LinkTarget?.EndsWith($"[{inode}]", StringComparison.Ordinal) == true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The beginning of a line of this level.</summary>
    public static string Prefix(LogLevel level) => level switch
    {
        LogLevel.Critical => "<2>",
        LogLevel.Error => "<3>",
        LogLevel.Warning => "<4>",
        LogLevel.Information => "<6>",
        _ => "<7>",
    };
}
