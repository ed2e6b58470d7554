using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace ServerLib.Diagnostics;

/// <summary>Counts events by their kind. Thread-safe; counting allocates nothing.</summary>
/// <typeparam name="T">The kinds, with the values 0, 1, 2 …</typeparam>
/// <param name="tag">The name of the tag that has the kind.</param>
internal sealed class EventCounts<T>(string tag)
    where T : struct, Enum
{
    private static readonly string[] Names = Enum.GetNames<T>();

    private readonly long[] _counts = new long[Names.Length];

    /// <summary>Counts an event.</summary>
    public void Add(T kind) => Interlocked.Increment(ref _counts[Unsafe.BitCast<T, int>(kind)]);

    /// <summary>The number of events of a kind.</summary>
    public long Of(T kind) => Interlocked.Read(ref _counts[Unsafe.BitCast<T, int>(kind)]);

    /// <summary>The number of events of all kinds.</summary>
    public long Total
    {
        get
        {
            long total = 0;
            foreach (ref long count in _counts.AsSpan())
                total += Interlocked.Read(ref count);
            return total;
        }
    }

    /// <summary>The counts that are not 0.</summary>
    public IEnumerable<Measurement<long>> Measure()
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (Interlocked.Read(ref _counts[i]) is > 0 and var count)
                yield return new Measurement<long>(count, new KeyValuePair<string, object?>(tag, Names[i]));
        }
    }
}
