using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerLib.Benchmarks.Load;

/// <summary>The figures as JSON: an array of <c>{case, candidate, tls, median, ratio, p99Us, p99Ratio, spread}</c>.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Write(Results results)
    {
        IEnumerable<Entry> entries =
            from row in LoadCases.All.SelectMany(load => load.Rows)
            from tls in (bool[])[false, true]
            from name in Candidate.All.Select(candidate => candidate.Name).Prepend(results.BaselineOf(row.Name)).Distinct()
            let result = results.Find(row.Name, tls, name)
            where result is not null
            select new Entry(
                row.Name, name, tls, Rounded(result.Median), Rounded(result.Ratio), Rounded(result.P99Us), Rounded(result.P99Ratio),
                Rounded(result.Spread));
        return JsonSerializer.Serialize(entries, Options) + "\n";
    }

    private static double? Rounded(double? value) => value is { } known && double.IsFinite(known) ? Math.Round(known, 4) : null;

    private sealed record Entry(
        [property: JsonPropertyName("case")] string Case,
        string Candidate,
        bool Tls,
        double? Median,
        double? Ratio,
        double? P99Us,
        double? P99Ratio,
        double? Spread);
}
