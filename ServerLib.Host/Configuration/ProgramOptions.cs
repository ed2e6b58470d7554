using System.Net;
using Microsoft.Extensions.Configuration;
using Npgsql;
using ServerLib.PostgreSql;

namespace ServerLib.Cli;

/// <summary>The options of the program that are not options of the server. They are given with them, as <c>ServerLib:NAME</c>.</summary>
internal static class ProgramOptions
{
    /// <summary>Where metrics and health are served.</summary>
    public const string Metrics = "Metrics";

    /// <summary>Where metrics and spans are sent.</summary>
    public const string Otlp = "Otlp";

    /// <summary>The standard variable of OpenTelemetry that means the same as <see cref="Otlp"/>, if that is not given.</summary>
    public const string OtlpVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Where the accounts are: <c>LiteDb</c>, the default, or <c>PostgreSql</c>.</summary>
    public const string Provider = "Accounts:Provider";

    /// <summary>The connection string of PostgreSQL, under the name that .NET programs use.</summary>
    public const string ConnectionString = "ConnectionStrings:ServerLib";

    /// <summary>The environment variable of <see cref="ConnectionString"/>.</summary>
    public const string ConnectionStringVariable = "ConnectionStrings__ServerLib";

    private const string Section = "Program";
    private const string LiteDb = "LiteDb";
    private const string PostgreSql = "PostgreSql";
    private const string NotShown = "(not shown)";

    private static readonly string[] Names = [Metrics, Otlp, Provider];

    /// <summary>Moves these options out of the server's section, which allows no others.</summary>
    public static IConfiguration MoveOut(IConfiguration source)
    {
        // A group has no value. An option with the value null stays, because it is refused.
        Dictionary<string, string?> values = source.AsEnumerable()
            .Where(pair => pair.Value is not null || !source.GetSection(pair.Key).GetChildren().Any())
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        foreach (string name in Names)
        {
            if (values.Remove($"{ServerOptions.SectionName}:{name}", out string? value))
                values[$"{Section}:{name}"] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }

    /// <summary>One sentence for each invalid value.</summary>
    public static IEnumerable<string> FindProblems(IConfiguration source)
    {
        if (ValueOf(source, Metrics) is { } metrics && !MetricsAddress.TryParse(metrics, out _))
            yield return $"{Metrics}: '{TextSanitizer.Escape(metrics)}' is not PORT or ADDRESS:PORT, such as 9464 or 127.0.0.1:9464";
        if (ValueOf(source, Otlp) is { } otlp && !IsWebAddress(otlp))
            yield return $"{Otlp}: '{TextSanitizer.Escape(WithoutPassword(otlp)!)}' is not an address such as http://localhost:4318";
        if (ValueOf(source, Provider) is { } provider && !Is(provider, LiteDb) && !Is(provider, PostgreSql))
            yield return $"{Provider}: '{TextSanitizer.Escape(provider)}' is neither {LiteDb} nor {PostgreSql}";
        if (ValueOf(source, ConnectionString) is { } connection && !PostgreSqlUserDatabase.IsValidConnectionString(connection))
        {
            yield return $"{ConnectionString}: this is not a connection string such as "
                + "'Host=localhost;Database=serverlib;Username=serverlib;Password=...'";
        }
    }

    /// <summary>What is wrong with the values of all sources together; <see langword="null"/> if nothing is.</summary>
    public static string? FindProblemOfAll(IConfiguration configuration) =>
        UsesPostgreSql(configuration) && ValueOf(configuration, ConnectionString) is null
            ? $"{Provider}: {PostgreSql} needs the connection string {ConnectionString}, for example in the environment variable "
                + ConnectionStringVariable
            : null;

    /// <summary>The connection string of PostgreSQL; <see langword="null"/> if the accounts are not there.</summary>
    public static string? PostgreSqlOf(IConfiguration configuration) =>
        UsesPostgreSql(configuration) ? ValueOf(configuration, ConnectionString) : null;

    /// <summary>The values, for reports. All options are read at the start only.</summary>
    public static IReadOnlyList<OptionValue> ValuesOf(IConfiguration configuration) =>
    [
        new OptionValue(Metrics, ValueOf(configuration, Metrics), NeedsRestart: true),
        new OptionValue(Otlp, ValueOf(configuration, Otlp), NeedsRestart: true),
        new OptionValue(Provider, UsesPostgreSql(configuration) ? PostgreSql : LiteDb, NeedsRestart: true),
        new OptionValue(ConnectionString, Describe(ValueOf(configuration, ConnectionString)), NeedsRestart: true),
    ];

    /// <summary>A value without the password that an address can contain.</summary>
    public static string? WithoutPassword(string? value) =>
        Uri.TryCreate(value, UriKind.Absolute, out Uri? uri) && uri.UserInfo.Length > 0
            ? value.Replace(uri.UserInfo, NotShown, StringComparison.Ordinal)
            : value;

    /// <summary>The key of an option in a configuration.</summary>
    public static string KeyOf(string name) =>
        name == ConnectionString ? name : $"{(Names.Contains(name) ? Section : ServerOptions.SectionName)}:{name}";

    /// <summary>Where metrics and health are served; <see langword="null"/> if nowhere.</summary>
    public static IPEndPoint? MetricsOf(IConfiguration configuration) =>
        ValueOf(configuration, Metrics) is { } text && MetricsAddress.TryParse(text, out IPEndPoint? address) ? address : null;

    /// <summary>Where metrics and spans are sent; <see langword="null"/> if nowhere.</summary>
    public static string? OtlpOf(IConfiguration configuration) => ValueOf(configuration, Otlp);

    private static string? ValueOf(IConfiguration source, string name) => source[KeyOf(name)] is { Length: > 0 } value ? value : null;

    private static bool UsesPostgreSql(IConfiguration configuration) => ValueOf(configuration, Provider) is { } provider && Is(provider, PostgreSql);

    private static bool Is(string text, string name) => text.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The parts of a connection string that are not secret.</summary>
    private static string? Describe(string? connection)
    {
        if (connection is null || !PostgreSqlUserDatabase.IsValidConnectionString(connection))
            return connection is null ? null : NotShown;
        var all = new NpgsqlConnectionStringBuilder(connection);
        return new NpgsqlConnectionStringBuilder
        {
            Host = all.Host,
            Port = all.Port,
            Database = all.Database,
            Username = all.Username,
            Password = all.Password is null ? null : NotShown,
        }.ConnectionString;
    }

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
