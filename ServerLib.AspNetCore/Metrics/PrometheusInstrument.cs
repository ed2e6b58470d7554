using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Prometheus;

namespace ServerLib.AspNetCore;

/// <summary>The time series of one instrument. Recording a value with at most two tags, which were there before, allocates nothing.</summary>
internal sealed class PrometheusInstrument
{
    private readonly Func<string[], string[], Action<double>> _create;
    private readonly KeyValuePair<string, object?>[] _meterTags;
    private readonly ConcurrentDictionary<TagKey, Action<double>> _series = new();

    /// <param name="factory">Creates the metrics.</param>
    /// <param name="instrument">The instrument.</param>
    public PrometheusInstrument(MetricFactory factory, Instrument instrument)
    {
        _meterTags = [.. instrument.Meter.Tags ?? []];
        string name = PrometheusName.Of(instrument);
        string help = instrument.Description ?? "";
        Type kind = instrument.GetType().GetGenericTypeDefinition();
        if (kind == typeof(System.Diagnostics.Metrics.Counter<>))
            _create = (names, values) => factory.CreateCounter(name, help, names).WithLabels(values).Inc;
        else if (kind == typeof(ObservableCounter<>))
            _create = (names, values) => factory.CreateCounter(name, help, names).WithLabels(values).IncTo;
        else if (kind == typeof(System.Diagnostics.Metrics.Histogram<>))
            _create = (names, values) => factory.CreateHistogram(name, help, names, Buckets(instrument)).WithLabels(values).Observe;
        else if (kind == typeof(UpDownCounter<>))
            _create = (names, values) => factory.CreateGauge(name, help, names).WithLabels(values).Inc;
        else
            _create = (names, values) => factory.CreateGauge(name, help, names).WithLabels(values).Set;
    }

    /// <summary>Whether a name is that of a counter in Prometheus.</summary>
    public static bool IsCounter(Instrument instrument)
    {
        Type kind = instrument.GetType().GetGenericTypeDefinition();
        return kind == typeof(System.Diagnostics.Metrics.Counter<>) || kind == typeof(ObservableCounter<>);
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = TagKey.Of(tags);
        if (!_series.TryGetValue(key, out Action<double>? series))
            series = _series.GetOrAdd(key, Create([.. _meterTags, .. tags]));
        series(value);
    }

    private static HistogramConfiguration? Buckets(Instrument instrument) =>
        instrument is Instrument<double> { Advice.HistogramBucketBoundaries: { } buckets }
            ? new HistogramConfiguration { Buckets = [.. buckets] }
            : null;

    private Action<double> Create(KeyValuePair<string, object?>[] tags) => _create(
        Array.ConvertAll(tags, tag => PrometheusName.Clean(tag.Key)),
        Array.ConvertAll(tags, tag => Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? ""));

    private readonly record struct TagKey(string? Name, object? Value, string? SecondName, object? SecondValue, string? Others)
    {
        public static TagKey Of(ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.Length switch
        {
            0 => default,
            1 => new TagKey(tags[0].Key, tags[0].Value, null, null, null),
            2 => new TagKey(tags[0].Key, tags[0].Value, tags[1].Key, tags[1].Value, null),
            _ => new TagKey(tags[0].Key, tags[0].Value, tags[1].Key, tags[1].Value, string.Join('\0', tags[2..].ToArray())),
        };
    }
}
