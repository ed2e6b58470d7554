using System.Diagnostics.Metrics;
using Prometheus;

namespace ServerLib.AspNetCore;

/// <summary>
/// Keeps the metrics of one application's servers for Prometheus, in a registry of its own. prometheus-net's own adapter for meters is not
/// used: it exports counters as gauges that expire, and leaves out the tags of meters.
/// </summary>
internal sealed class PrometheusExporter : IDisposable
{
    private const string Servers = "ServerLib";
    private const string Runtime = "System.Runtime";

    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly MeterListener _listener = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="meters">The application's meters. Meters of another application in this process do not matter.</param>
    /// <param name="includeRuntime">Whether to export the metrics of the runtime.</param>
    public PrometheusExporter(IMeterFactory meters, bool includeRuntime)
    {
        MetricFactory factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsWanted(instrument.Meter))
                listener.EnableMeasurementEvents(instrument, new PrometheusInstrument(factory, instrument));
        };
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, state) => Record((double)value, tags, state));
        _listener.Start();

        bool IsWanted(Meter meter) =>
            (meter.Name == Servers && meter.Scope == meters) || (includeRuntime && meter is { Name: Runtime, Scope: null });
    }

    /// <summary>Writes the current values in the text format.</summary>
    public Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException)
        {
            // An instrument of a part that is being disposed. The others have been read.
        }

        return _registry.CollectAndExportAsTextAsync(stream, cancellationToken);
    }

    /// <summary>Stops listening.</summary>
    public void Dispose() => _listener.Dispose();

    private static void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
        ((PrometheusInstrument)state!).Record(value, tags);
}
