namespace ServerLib.Tests;

/// <summary>
/// What the calling thread allocates. A collection, which any other test may bring about, counts the rest of the thread's last few KiB as
/// allocated; so one measurement says nothing, and the least of a few or their median does.
/// </summary>
internal static class Allocations
{
    private const int Rounds = 5;

    /// <summary>The least of a few rounds: before the last of them all is compiled for good and every pool is full.</summary>
    public static long Least(Action round)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
