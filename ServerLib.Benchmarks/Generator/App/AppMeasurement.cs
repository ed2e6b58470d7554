using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Generator.App;

/// <summary>Counts what ends within the time of a measurement, and how long it took. Several threads may use it.</summary>
/// <param name="time">The clock.</param>
/// <param name="seconds">The length of the measurement, which begins now.</param>
internal sealed class AppMeasurement(TimeProvider time, double seconds) : IDisposable
{
    private readonly ThreadLocal<Histogram> _times = new(() => new Histogram(), trackAllValues: true);
    private readonly long _end = time.GetTimestamp() + (long)(seconds * time.TimestampFrequency);

    /// <summary>Counts one that has ended now. One that ends after the measurement does not count.</summary>
    /// <param name="start">The timestamp of its beginning.</param>
    /// <returns>Whether the measurement goes on.</returns>
    public bool TryCount(long start)
    {
        long now = time.GetTimestamp();
        if (now >= _end)
            return false;
        _times.Value!.Record((long)time.GetElapsedTime(start, now).TotalNanoseconds);
        return true;
    }

    public GeneratorReply ToReply()
    {
        var all = new Histogram();
        foreach (Histogram one in _times.Values)
            all.Add(one);
        return new GeneratorReply
        {
            Count = all.Count,
            Rate = all.Count / seconds,
            P50Us = all.Percentile(0.5) / 1000,
            P99Us = all.Percentile(0.99) / 1000,
            MaxUs = all.Max / 1000.0,
        };
    }

    public void Dispose() => _times.Dispose();
}
