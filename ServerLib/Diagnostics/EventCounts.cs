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
