using ServerLib.Files;

namespace ServerLib.Cli;

/// <summary>A configuration with which the server does not start.</summary>
internal static class RefusedConfiguration
{
    // Which retention was meant is not known, so nothing is deleted that any could keep.
    private static readonly TimeSpan LongestRetention = TimeSpan.FromDays(3_650);

    /// <summary>Writes it into the audit trail of the folder that it names, if there is one already and no server has it.</summary>
    public static async Task WriteDownAsync(
        IEnumerable<string> problems, CommandLine.Arguments arguments, Surroundings surroundings)
    {
        try
        {
            string folder = HostConfiguration.DataFolder(arguments, surroundings);
            if (!HasTrail(folder))
                return;
            var audit = new AuditTrail(folder, LongestRetention);
            await using (audit.ConfigureAwait(false))
                audit.Write(AuditEvent.ConfigurationRefused, ServerOptions.ServerName, detail: string.Join("; ", problems));
        }
        catch (Exception e) when (e is ServerLibException or ArgumentException)
        {
            // A server has it, or it can't be written. Whoever started the program hears of the refusal all the same.
        }
    }

    /// <summary>
    /// A folder without one may be anything, the name being mistyped; and what root makes in the folder of a service that runs as somebody
    /// else, a lock or a database's log, keeps that service from starting.
    /// </summary>
    private static bool HasTrail(string folder)
    {
        string file = Path.Combine(folder, AuditTrail.FileName);
        return File.Exists(file) && FileOwner.IsMine(folder) && FileOwner.IsMine(file);
    }
}
