namespace ServerLib.Host;

/// <summary>A configuration with which the server does not start.</summary>
internal static class RefusedConfiguration
{
    // Which retention was meant is not known, so nothing is deleted that any could keep.
    private static readonly TimeSpan LongestRetention = TimeSpan.FromDays(3_650);

    /// <summary>Writes it into the audit trail of the folder that it names, if there is such a folder and no server has it.</summary>
    public static async Task WriteDownAsync(
        IEnumerable<string> problems, CommandLine.Arguments arguments, Surroundings surroundings)
    {
        try
        {
            string folder = HostConfiguration.DataFolder(arguments, surroundings);
            if (!Directory.Exists(folder))
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
}
