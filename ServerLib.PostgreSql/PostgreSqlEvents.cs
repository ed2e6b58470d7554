using Microsoft.Extensions.Logging;

namespace ServerLib.PostgreSql;

/// <summary>The events of the database, and what they write to the application's log.</summary>
internal static partial class PostgreSqlEvents
{
    [LoggerMessage(
        1,
        LogLevel.Error,
        "PostgreSQL failed: {Reason} Until it works again, logins are answered with 'busy', and changes of accounts fail.")]
    public static partial void Failed(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Warning, "PostgreSQL works again.")]
    public static partial void Recovered(ILogger logger);

    [LoggerMessage(3, LogLevel.Warning, "Cannot save the statistics of the last seconds: {Reason}")]
    public static partial void NotSaved(ILogger logger, string reason);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "PostgreSQL has failed, and the statistics of {Capacity} accounts already wait in memory. Those of further accounts are lost.")]
    public static partial void StatisticsLost(ILogger logger, int capacity);

    [LoggerMessage(5, LogLevel.Information, "Migrated the schema of the database to version {Version}.")]
    public static partial void Migrated(ILogger logger, int version);

    [LoggerMessage(6, LogLevel.Warning, "Ignoring damaged bans in the database: {Count}. Ban these users or addresses again.")]
    public static partial void DamagedBans(ILogger logger, int count);
}
