using Npgsql;

namespace ServerLib.PostgreSql;

/// <summary>Reads a connection string, and adds what the accounts need. No message contains a part of it: it has a password.</summary>
internal static class ConnectionText
{
    private const string Durable = "-c synchronous_commit=on";

    // A server that is stopped in the middle of a change must not keep others from changing the same account.
    private const string NotIdle = "-c idle_in_transaction_session_timeout=10s";

    private const int MaxConnections = 20;
    private const int Seconds = 5;

    /// <summary>Creates a data source. Does not connect.</summary>
    /// <exception cref="ServerLibException">The text is not a valid connection string.</exception>
    public static NpgsqlDataSource CreateSource(string text)
    {
        NpgsqlConnectionStringBuilder settings = Parse(text) ?? throw NotValid();
        Default(settings, "Timeout", () => settings.Timeout = Seconds);
        Default(settings, "Command Timeout", () => settings.CommandTimeout = 2 * Seconds);
        Default(settings, "Maximum Pool Size", () => settings.MaxPoolSize = MaxConnections);
        Default(settings, "Application Name", () => settings.ApplicationName = nameof(ServerLib));
        settings.Options = $"{NotIdle} {settings.Options} {Durable}";

        try
        {
            if (!settings.Host!.Contains(','))
                return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();

            // After a failover, the old primary may still answer, but cannot write.
            settings.TargetSessionAttributes = null;
            Default(settings, "Host Recheck Seconds", () => settings.HostRecheckSeconds = 1);
            return new NpgsqlDataSourceBuilder(settings.ConnectionString).BuildMultiHost()
                .WithTargetSession(TargetSessionAttributes.Primary);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or InvalidOperationException)
        {
            throw NotValid();
        }
    }

    /// <summary>Whether a text is a valid connection string.</summary>
    public static bool IsValid(string text) => Parse(text) is not null;

    /// <summary>Where the database is, without the password.</summary>
    public static string Describe(string text) => Parse(text) is { } settings
        ? $"database '{settings.Database ?? settings.Username}' at {settings.Host}:{settings.Port}"
        : "";

    private static NpgsqlConnectionStringBuilder? Parse(string text)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(text);
            return string.IsNullOrWhiteSpace(settings.Host) ? null : settings;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void Default(NpgsqlConnectionStringBuilder settings, string keyword, Action set)
    {
        if (!settings.Keys.Contains(keyword, StringComparer.OrdinalIgnoreCase))
            set();
    }

    private static ServerLibException NotValid() => new(
        "The connection string of PostgreSQL is not valid. It must be like 'Host=localhost;Database=serverlib;Username=serverlib;Password=...'.")
    {
        IsConfiguration = true,
    };
}
