using System.Numerics;

namespace ServerLib.Diagnostics;

/// <summary>
/// A few counters for events of which many happen on all cores at the same time. Each core adds to cells of its own, so cores do not wait for
/// each other's cache lines. Adding allocates nothing. Thread-safe.
/// </summary>
internal sealed class StripedCounter
{
    // Two cache lines: processors fetch them in pairs.
    private const int CellsPerStripe = 16;

    private readonly long[] _cells;
    private readonly int _mask;

    /// <summary>Creates counters that are 0.</summary>
    public StripedCounter()
    {
        int stripes = (int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount);
        _mask = stripes - 1;

        // The first stripe is unused: the array's length is in its cache line.
        _cells = new long[(stripes + 1) * CellsPerStripe];
    }

    /// <summary>Adds to a counter.</summary>
    /// <param name="counter">The counter's number, 0 to 15.</param>
    /// <param name="value">What to add.</param>
    public void Add(int counter, long value)
    {
        int stripe = (Environment.CurrentManagedThreadId & _mask) + 1;
        Interlocked.Add(ref _cells[(stripe * CellsPerStripe) + counter], value);
    }

    /// <summary>Reads a counter.</summary>
    public long Read(int counter)
    {
        long sum = 0;
        for (int i = CellsPerStripe + counter; i < _cells.Length; i += CellsPerStripe)
            sum += Interlocked.Read(ref _cells[i]);
        return sum;
    }
}
