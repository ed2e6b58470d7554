using System.Net;
using Microsoft.Extensions.Configuration;

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

    private const string Section = "Program";

    private static readonly string[] Names = [Metrics, Otlp];

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
    }

    /// <summary>The values, for reports. All options are read at the start only.</summary>
    public static IReadOnlyList<OptionValue> ValuesOf(IConfiguration configuration) =>
        [.. Names.Select(name => new OptionValue(name, ValueOf(configuration, name), NeedsRestart: true))];

    /// <summary>A value without the password that an address can contain.</summary>
    public static string? WithoutPassword(string? value) =>
        Uri.TryCreate(value, UriKind.Absolute, out Uri? uri) && uri.UserInfo.Length > 0
            ? value.Replace(uri.UserInfo, "(not shown)", StringComparison.Ordinal)
            : value;

    /// <summary>The key of an option in a configuration.</summary>
    public static string KeyOf(string name) => $"{(Names.Contains(name) ? Section : ServerOptions.SectionName)}:{name}";

    /// <summary>Where metrics and health are served; <see langword="null"/> if nowhere.</summary>
    public static IPEndPoint? MetricsOf(IConfiguration configuration) =>
        ValueOf(configuration, Metrics) is { } text && MetricsAddress.TryParse(text, out IPEndPoint? address) ? address : null;

    /// <summary>Where metrics and spans are sent; <see langword="null"/> if nowhere.</summary>
    public static string? OtlpOf(IConfiguration configuration) => ValueOf(configuration, Otlp);

    private static string? ValueOf(IConfiguration source, string name) => source[KeyOf(name)] is { Length: > 0 } value ? value : null;

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
