using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using ServerLib.AspNetCore;

namespace ServerLib.Tests.Docs;

/// <summary>The page on observability and the dashboard, compared with the instruments of a running server.</summary>
[TestClass]
public sealed partial class ObservabilityPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.File("docs", "admin", "observability.md"));
    private static readonly string Dashboard = File.ReadAllText(Repository.File("docs", "admin", "serverlib-dashboard.json"));

    [TestMethod]
    public async Task The_table_of_metrics_has_every_metric_and_no_other()
    {
        Instrument[] instruments = await InstrumentsAsync();

        CollectionAssert.AreEquivalent(
            instruments.Select(instrument => instrument.Name).ToArray(), InTable().Matches(Page).Select(match => match.Groups[1].Value).ToArray());
    }

    [TestMethod]
    public async Task The_dashboard_shows_every_metric_and_no_other()
    {
        string[] exported = await ExportedNamesAsync();

        CollectionAssert.AreEquivalent(exported, NamesIn(Dashboard));
    }

    [TestMethod]
    public async Task The_example_alerts_use_existing_metrics()
    {
        string[] exported = await ExportedNamesAsync();

        Assert.IsNotEmpty(NamesIn(Page));
        CollectionAssert.IsSubsetOf(NamesIn(Page), exported);
    }

    private static async Task<string[]> ExportedNamesAsync() => [.. (await InstrumentsAsync()).Select(PrometheusName.Of)];

    private static async Task<Instrument[]> InstrumentsAsync()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        var found = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter == server.Metrics.Meter)
                    found.Add(instrument);
            },
        };
        listener.Start();
        return [.. found];
    }

    private static string[] NamesIn(string text) => [.. InPrometheus().Matches(text).Select(match => match.Groups[1].Value).Distinct()];

    [GeneratedRegex(@"^\| `(serverlib\.[a-z_.]+)` \| (counter|histogram|current value) \|", RegexOptions.Multiline)]
    private static partial Regex InTable();

    [GeneratedRegex(@"\b(serverlib_[a-z_]+?)(_bucket)?\b")]
    private static partial Regex InPrometheus();
}
