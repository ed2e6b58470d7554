namespace ServerLib.Admission;

/// <summary>Lets connections in up to a number.</summary>
internal sealed class AdmissionGate(int maxConnections)
{
    private int _inside;

    /// <summary>How many are in.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>Lets one in, unless it is full.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _inside) <= maxConnections)
            return true;
        Interlocked.Decrement(ref _inside);
        return false;
    }

    /// <summary>One that was let in has gone.</summary>
    public void Leave() => Interlocked.Decrement(ref _inside);
}
