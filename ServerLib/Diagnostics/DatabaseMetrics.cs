using System.Diagnostics.Metrics;

namespace ServerLib.Diagnostics;

/// <summary>The metrics of one of a server's databases.</summary>
/// <param name="commits">How long commits take.</param>
/// <param name="database">The database's name.</param>
internal sealed class DatabaseMetrics(Histogram<double> commits, string database)
{
    /// <summary>Changes were committed.</summary>
    /// <param name="duration">How long it took.</param>
    public void Committed(TimeSpan duration)
    {
        if (commits.Enabled)
            commits.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("database", database));
    }
}
