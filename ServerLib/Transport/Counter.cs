namespace ServerLib.Transport;

/// <summary>Reads counters that one thread at a time increments, and that wrap around.</summary>
internal static class Counter
{
    /// <summary>Takes what a counter has counted since the last time. For one caller at a time.</summary>
    /// <param name="counter">The counter.</param>
    /// <param name="taken">What it was the last time.</param>
    public static uint Take(ref readonly uint counter, ref uint taken)
    {
        uint now = Volatile.Read(in counter);
        uint added = unchecked(now - taken);
        taken = now;
        return added;
    }
}
