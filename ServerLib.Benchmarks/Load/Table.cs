using System.Globalization;
using System.Text;

namespace ServerLib.Benchmarks.Load;

/// <summary>The table of ratios in Markdown: one line per case, one column per candidate.</summary>
internal static class Table
{
    public static string Write(Results results)
    {
        LoadCase.Row[] rows = [.. LoadCases.All.Where(load => !load.IsApplication).SelectMany(load => load.Rows)];
        string[] candidates = [.. Candidate.All.Select(candidate => candidate.Name)
            .Where(name => name != Candidate.BareName && rows.Any(row => HasAny(row, name)))];
        List<string[]> lines = [["case", "baseline", .. candidates]];
        foreach (LoadCase.Row row in rows)
        {
            foreach (bool tls in (bool[])[false, true])
            {
                if (candidates.Append(Candidate.BareName).All(name => results.Find(row.Name, tls, name) is null))
                    continue;
                lines.Add(
                [
                    (tls ? row.Name + " TLS" : row.Name) + (row.LowerIsBetter ? " ↓" : ""),
                    Baseline(results, row, tls),
                    .. candidates.Select(name => Cell(row, results.Find(row.Name, tls, name))),
                ]);
            }
        }

        return lines.Count == 1 ? "" : Align(lines) + Legend(results);

        bool HasAny(LoadCase.Row row, string name) =>
            results.Find(row.Name, false, name) is not null || results.Find(row.Name, true, name) is not null;
    }

    private static string Baseline(Results results, LoadCase.Row row, bool tls)
    {
        string name = results.BaselineOf(row.Name);
        return results.Find(row.Name, tls, name) is { } result
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{(name == Candidate.BareName ? "" : name + " ")}{result.Median:#,0} {row.Unit}{Spread(result)}{P99(result)}")
            : "–";

        static string P99(Result result) =>
            result.P99Us is { } p99 ? string.Create(CultureInfo.InvariantCulture, $", p99 {p99:#,0} µs") : "";
    }

    private static string Cell(LoadCase.Row row, Result? result)
    {
        if (result is null)
            return "–";
        string ratio = double.IsFinite(result.Ratio)
            ? string.Create(CultureInfo.InvariantCulture, $"**{result.Ratio:0.00}**{Spread(result)}")
            : string.Create(CultureInfo.InvariantCulture, $"({result.Median:#,0})");
        if (row.LowerIsBetter)
            return ratio + string.Create(CultureInfo.InvariantCulture, $", {result.Median:#,0} {row.Unit}");
        return result.P99Ratio is { } p99 ? ratio + string.Create(CultureInfo.InvariantCulture, $", p99 {p99:0.00}") : ratio;
    }

    private static string Spread(Result result) =>
        double.IsFinite(result.Spread) ? string.Create(CultureInfo.InvariantCulture, $" ±{result.Spread / 2:0%}") : "";

    private static string Legend(Results results)
    {
        var text = new StringBuilder();
        text.AppendLine();
        text.AppendLine("Figures are ratios to the baseline: the median of all rounds, ± half the spread of the rounds; then the 99th");
        text.AppendLine("percentile of the latency, also as a ratio. ↓: less is better; the absolute figure follows.");
        foreach (LoadCase load in LoadCases.All.Where(load => load.WantsCeiling))
        {
            if (results.Find(load.Name, false, Candidate.CeilingName) is not { } ceiling)
                continue;
            string busiest = Candidate.All
                .Select(candidate => results.Find(load.Name, false, candidate.Name))
                .Where(result => result is not null)
                .MaxBy(result => result!.Busy) is { } most
                ? string.Create(CultureInfo.InvariantCulture, $"; busiest with {most.Candidate}, {most.Busy:0%} of a core")
                    + (most.Busy > 0.9 ? " (so that ratio is a lower bound)" : "")
                : "";
            text.AppendLine();
            text.Append(CultureInfo.InvariantCulture, $"generator ceiling, {load.Name}: {ceiling.Ratio:0.00} × bare{busiest}");
        }

        return text.AppendLine().ToString();
    }

    /// <summary>Formats a table, of which the first line is the head.</summary>
    public static string Align(List<string[]> lines)
    {
        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length))];
        var text = new StringBuilder();
        for (int i = 0; i < lines.Count; i++)
        {
            text.Append("| ").AppendJoin(" | ", lines[i].Select((cell, column) => cell.PadRight(widths[column]))).AppendLine(" |");
            if (i == 0)
                text.Append("| ").AppendJoin(" | ", widths.Select(width => new string('-', width))).AppendLine(" |");
        }

        return text.ToString();
    }
}
