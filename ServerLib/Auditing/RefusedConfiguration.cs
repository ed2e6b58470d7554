using ServerLib.Files;

namespace ServerLib.Auditing;

/// <summary>Records in the audit trail that a program did not start because its configuration is wrong.</summary>
internal static class RefusedConfiguration
{
    // It is not known which retention was meant, so no entry is deleted that any retention would keep.
    private static readonly TimeSpan LongestRetention = TimeSpan.FromDays(3_650);

    /// <inheritdoc cref="AuditTrail.RecordRefusedConfigurationAsync"/>
    public static async Task RecordAsync(string dataFolder, IEnumerable<string> problems)
    {
        ArgumentNullException.ThrowIfNull(dataFolder);
        ArgumentNullException.ThrowIfNull(problems);
        if (!HasTrail(dataFolder))
            return;
        try
        {
            var audit = new AuditTrail(dataFolder, LongestRetention);
            await using (audit.ConfigureAwait(false))
                audit.Write(AuditEvent.ConfigurationRefused, ServerOptions.ServerName, detail: string.Join("; ", problems));
        }
        catch (ServerLibException)
        {
            // The one who has started the program gets the problems anyway.
        }
    }

    /// <summary>
    /// A folder without a trail may be anything, because its name may be mistyped. In the folder of a service that runs as another user,
    /// files that root creates would keep the service from starting.
    /// </summary>
    private static bool HasTrail(string folder)
    {
        string file = Path.Combine(folder, AuditTrail.FileName);
        return File.Exists(file) && FileOwner.IsMine(folder) && FileOwner.IsMine(file);
    }
}
