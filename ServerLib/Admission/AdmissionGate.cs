namespace ServerLib.Admission;

/// <summary>Lets connections in up to a number, and counts those it turns away so that the log needs no line for each.</summary>
internal sealed class AdmissionGate(int maxConnections, TimeProvider time)
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(10);

    private int _inside;
    private long _refused;
    private long _lastReport;

    /// <summary>How many are in.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>Lets one in, unless it is full.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _inside) <= maxConnections)
            return true;
        Interlocked.Decrement(ref _inside);
        Interlocked.Increment(ref _refused);
        return false;
    }

    /// <summary>One that was let in has gone.</summary>
    public void Leave() => Interlocked.Decrement(ref _inside);

    /// <summary>Whether it is time to report those turned away since the last report: at once, then every ten seconds.</summary>
    public bool TryReport(out long refused)
    {
        refused = 0;
        long now = time.GetTimestamp();
        if (_lastReport != 0 && time.GetElapsedTime(_lastReport, now) < ReportEvery)
            return false;
        refused = Interlocked.Exchange(ref _refused, 0);
        if (refused > 0)
            _lastReport = now;
        return refused > 0;
    }
}
