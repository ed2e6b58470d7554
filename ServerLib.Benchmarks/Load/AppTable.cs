using System.Globalization;
using ServerLib.Benchmarks.Servers.App;

namespace ServerLib.Benchmarks.Load;

/// <summary>The table of the application cases in Markdown: one line per server.</summary>
internal static class AppTable
{
    private static readonly (string Candidate, string Name, Type Server)[] Servers =
    [
        ("serverlib", "ServerLib", typeof(ServerLibAppServer)),
        ("signalr-json", "SignalR, JSON", typeof(SignalRServer)),
        ("signalr-messagepack", "SignalR, MessagePack", typeof(SignalRServer)),
        ("mqttnet", "MQTTnet, QoS 0", typeof(MqttNetServer)),
    ];

    private static readonly (string Case, string Title)[] Rates =
        [("app-1", "1 client"), ("app-100", "100 clients"), ("app-1000", "1,000 clients"), ("app-group", "group of 1,000")];

    public static string Write(Results results)
    {
        List<string[]> lines = [["server", "lines", "memory", .. Rates.Select(rate => rate.Title)]];
        foreach ((string candidate, string name, Type server) in Servers)
        {
            string memory = results.Find("app-memory", tls: false, candidate) is { } found ? Number(found.Median / 1024, "0.0") + " KB" : "–";
            string[] cells = [.. Rates.Select(rate => Cell(results, rate.Case, candidate))];
            if (memory != "–" || cells.Any(cell => cell != "–"))
                lines.Add([name, Number(LineCount.OfServer(server), "0"), memory, .. cells]);
        }

        return lines.Count == 1 ? "" : Table.Align(lines);
    }

    /// <summary>The rate and ServerLib's divided by it; median and 99th percentile of the latency; the server's processor time.</summary>
    private static string Cell(Results results, string name, string candidate)
    {
        if (results.Find(name, tls: false, candidate) is not { } rate)
            return "–";
        string factor = double.IsFinite(rate.Ratio) && candidate != Candidate.ServerLib.Name
            ? $", **{Number(1 / rate.Ratio, "0.00")}** ±{Number(rate.Spread / 2, "0%")}"
            : "";
        string processor = results.Find($"{name}-cpu", tls: false, candidate) is { } cpu ? $"; {Number(cpu.Median, "0.0")} µs" : "";
        string latency = $"{Number(rate.P50Us / 1000, "0.00")} / {Number((rate.P99Us ?? 0) / 1000, "0.00")} ms";
        return $"{Number(rate.Median, "#,0")} /s{factor}; {latency}{processor}";
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
