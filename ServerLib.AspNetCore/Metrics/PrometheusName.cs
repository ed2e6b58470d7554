using System.Diagnostics.Metrics;

namespace ServerLib.AspNetCore;

/// <summary>
/// Names in Prometheus, by the rules of OpenTelemetry: <c>serverlib.login.duration</c> in seconds becomes
/// <c>serverlib_login_duration_seconds</c>, and a counter ends with <c>_total</c>.
/// </summary>
internal static class PrometheusName
{
    public static string Of(Instrument instrument)
    {
        string name = Clean(instrument.Name);
        string? unit = instrument.Unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            "d" => "days",
            _ => null,
        };
        if (unit is not null && !name.Split('_').Contains(unit))
            name += $"_{unit}";
        return PrometheusInstrument.IsCounter(instrument) ? $"{name}_total" : name;
    }

    /// <summary>Replaces what Prometheus does not allow in names.</summary>
    public static string Clean(string name) => string.Create(name.Length, name, static (result, name) =>
    {
        for (int i = 0; i < name.Length; i++)
            result[i] = char.IsAsciiLetterOrDigit(name[i]) ? name[i] : '_';
    });
}
