using System.Diagnostics.Metrics;

namespace ServerLib.Tests.Server;

/// <summary>Sums up what the meters count in the flow of one test. Other tests that run at the same time do not matter.</summary>
internal sealed class Measured : IDisposable
{
    private readonly AsyncLocal<bool> _isMine = new() { Value = true };
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _sums = [];
    private readonly List<string> _tags = [];

    public Measured()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "ServerLib")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Count(instrument.Name, value, tags));
        _listener.Start();
    }

    public IReadOnlyList<string> Tags => _tags;

    public long this[string name] => _sums.GetValueOrDefault(name);

    public void Dispose() => _listener.Dispose();

    private void Count(string name, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_isMine.Value)
            return;
        lock (_sums)
        {
            _sums[name] = _sums.GetValueOrDefault(name) + value;
            foreach (KeyValuePair<string, object?> tag in tags)
                _tags.Add($"{name} {tag.Key}={tag.Value}");
        }
    }
}
