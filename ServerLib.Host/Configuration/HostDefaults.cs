namespace ServerLib.Cli;

/// <summary>What the program sets differently from the library.</summary>
internal static class HostDefaults
{
    private const string Resource = "ServerLib.Cli.appsettings.defaults.json";

    /// <summary>All options of the program with their defaults and descriptions, as JSON with comments.</summary>
    public static string Json
    {
        get
        {
            using var reader = new StreamReader(typeof(HostDefaults).Assembly.GetManifestResourceStream(Resource)!);
            return reader.ReadToEnd();
        }
    }

    /// <summary>Sets the program's defaults.</summary>
    public static void Apply(ServerOptions options)
    {
        // One member of a public chat room must not fill the queues of all others (MaxQueuedBytes). At this rate, a burst has 500 KiB.
        options.Limits.MaxMessageRate = 50;
        options.ActivityLog.Format = ActivityLogFormat.Text;
    }
}
