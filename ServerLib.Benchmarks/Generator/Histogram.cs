using System.Numerics;

namespace ServerLib.Benchmarks.Generator;

/// <summary>Counts times by size, each within 1.6 %, in a fixed array. Recording costs a few instructions and no memory.</summary>
internal sealed class Histogram
{
    private const int SubBits = 6;
    private const int SubCount = 1 << SubBits;

    private readonly long[] _counts = new long[(64 - SubBits + 1) * SubCount];

    public long Count { get; private set; }

    /// <summary>The largest time in nanoseconds.</summary>
    public long Max { get; private set; }

    public void Record(long nanoseconds)
    {
        nanoseconds = Math.Max(0, nanoseconds);
        _counts[IndexOf(nanoseconds)]++;
        Count++;
        if (nanoseconds > Max)
            Max = nanoseconds;
    }

    public void Add(Histogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Count += other.Count;
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>The time that a share of all recorded times does not exceed.</summary>
    /// <param name="share">0 to 1.</param>
    /// <returns>Nanoseconds; 0 if nothing was recorded.</returns>
    public double Percentile(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank && _counts[i] > 0)
                return Math.Min(MiddleOf(i), Max);
        }

        return 0;
    }

    /// <summary>Exact below 64; above, the six bits after the leading one and their shift.</summary>
    private static int IndexOf(long value)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)value) - SubBits);
        return shift * SubCount + (int)(value >> shift);
    }

    private static double MiddleOf(int index)
    {
        if (index < 2 * SubCount)
            return index;
        int shift = index / SubCount - 1;
        long low = (long)(index - shift * SubCount) << shift;
        return low + (1L << shift) / 2.0;
    }
}
