namespace ServerLib.Benchmarks.Load;

/// <summary>All measurements, round by round.</summary>
internal sealed class Results
{
    private readonly Dictionary<(string Case, bool Tls, string Candidate), SortedDictionary<int, Measurement>> _measured = [];
    private readonly Dictionary<string, string> _baselines = [];

    /// <summary>Notes for the table, such as why a candidate did not run.</summary>
    public SortedSet<string> Notes { get; } = new(StringComparer.Ordinal);

    public void Add(string baseline, Variant variant, int round, Measurement measurement)
    {
        var key = (measurement.Case, variant.Tls, variant.Candidate.Name);
        if (!_measured.TryGetValue(key, out SortedDictionary<int, Measurement>? rounds))
            _measured[key] = rounds = [];
        rounds[round] = measurement;
        _baselines[measurement.Case] = baseline;
    }

    public string BaselineOf(string name) => _baselines.GetValueOrDefault(name, Candidate.BareName);

    /// <returns><see langword="null"/> if it was not measured.</returns>
    public Result? Find(string name, bool tls, string candidate)
    {
        if (!_measured.TryGetValue((name, tls, candidate), out SortedDictionary<int, Measurement>? rounds))
            return null;

        // Each round has its own baseline, because other load on the machine affects both.
        SortedDictionary<int, Measurement> baseline = _measured.GetValueOrDefault((name, tls, BaselineOf(name)), []);
        double[] ratios = [.. Divide(rounds, baseline, measurement => measurement.Value)];
        double[] spreadOf = candidate == BaselineOf(name) ? [.. rounds.Values.Select(measurement => measurement.Value)] : ratios;
        double p99 = Statistics.Median(rounds.Values.Select(measurement => measurement.P99Us));
        return new Result(
            name,
            candidate,
            tls,
            Statistics.Median(rounds.Values.Select(measurement => measurement.Value)),
            Statistics.Median(ratios),
            p99 > 0 ? p99 : null,
            p99 > 0 && Statistics.Median(Divide(rounds, baseline, m => m.P99Us)) is var ratio && double.IsFinite(ratio) ? ratio : null,
            Statistics.Spread(spreadOf),
            Statistics.Median(rounds.Values.Select(measurement => measurement.Busy)),
            Statistics.Median(rounds.Values.Select(measurement => measurement.P50Us)));
    }

    private static IEnumerable<double> Divide(
        SortedDictionary<int, Measurement> rounds, SortedDictionary<int, Measurement> baseline, Func<Measurement, double> value) =>
        from round in rounds
        where baseline.ContainsKey(round.Key)
        select value(round.Value) / value(baseline[round.Key]);
}

/// <summary>The figures of a candidate in a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Candidate">The candidate.</param>
/// <param name="Tls">Whether TLS was used.</param>
/// <param name="Median">The absolute median, in the case's unit.</param>
/// <param name="Ratio">The median of the rounds' ratios to the baseline.</param>
/// <param name="P99Us">The 99th percentile of the latency in microseconds, median of the rounds.</param>
/// <param name="P99Ratio">The ratio of that percentile to the baseline's.</param>
/// <param name="Spread">The range of the ratios divided by the median; for the baseline, of its figures.</param>
/// <param name="Busy">The share of time in which the generator used a core.</param>
/// <param name="P50Us">The median of the latency in microseconds, median of the rounds; 0 if there is none.</param>
internal sealed record Result(
    string Case, string Candidate, bool Tls, double Median, double Ratio, double? P99Us, double? P99Ratio, double Spread, double Busy, double P50Us);
