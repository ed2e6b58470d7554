using System.Diagnostics.Metrics;
using ServerLib.Diagnostics;

namespace ServerLib.Tests.Server;

/// <summary>Reads the metrics of one server.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _values = [];

    /// <param name="metrics">The server's metrics.</param>
    public Measured(ServerMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == metrics.Meter)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Set(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Set(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Set(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>What was measured: <c>name tag=value</c>.</summary>
    public IReadOnlyCollection<string> All
    {
        get
        {
            _listener.RecordObservableInstruments();
            lock (_values)
                return [.. _values.Keys];
        }
    }

    /// <summary>The current value; of a histogram, the last one. 0 if nothing was measured.</summary>
    public double this[string nameAndTags]
    {
        get
        {
            _listener.RecordObservableInstruments();
            lock (_values)
                return _values.GetValueOrDefault(nameAndTags);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Set(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string name = instrument.Name;
        foreach (KeyValuePair<string, object?> tag in tags)
            name += $" {tag.Key}={tag.Value}";
        lock (_values)
            _values[name] = value;
    }
}
