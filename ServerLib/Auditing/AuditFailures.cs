using ServerLib.Diagnostics;

namespace ServerLib.Auditing;

/// <summary>
/// Counts the entries that are lost, and reports that the audit trail cannot be written: to the application's log, once per failure, and as a
/// problem of the server. Thread-safe.
/// </summary>
/// <param name="events">The trail's events.</param>
/// <param name="problems">The server's problems; <see langword="null"/> if nobody asks for them.</param>
internal sealed class AuditFailures(AuditTrailEvents events, ServerProblems? problems)
{
    private int _isFailing;
    private long _lost;
    private volatile bool _isClosed;

    /// <summary>Whether entries cannot be written.</summary>
    public bool IsFailing => Volatile.Read(ref _isFailing) != 0;

    /// <summary>The number of lost entries that the trail does not contain yet.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Entries cannot be written.</summary>
    public void Failed(Exception reason)
    {
        if (_isClosed || Interlocked.Exchange(ref _isFailing, 1) != 0)
            return;
        problems?.Report(ProblemNames.AuditTrail, reason.Message);
        events.Unwritable(reason);
    }

    /// <summary>Entries are lost.</summary>
    public void Lose(int count, Exception reason)
    {
        // Writing the count ends the problem, so the problem comes first.
        Failed(reason);
        Interlocked.Add(ref _lost, count);
    }

    /// <summary>Entries can be written again. If some are lost, <see cref="WroteLost"/> follows, which reports this with their number.</summary>
    public void Recovered()
    {
        if (Lost > 0 || Interlocked.Exchange(ref _isFailing, 0) == 0)
            return;
        problems?.Resolve(ProblemNames.AuditTrail);
        events.Recovered();
    }

    /// <summary>An entry was written that says how many were lost before it.</summary>
    public void WroteLost(long count)
    {
        Interlocked.Add(ref _lost, -count);
        events.Incomplete(count);
        Volatile.Write(ref _isFailing, 0);
        problems?.Resolve(ProblemNames.AuditTrail);
    }

    /// <summary>Reports no more failures, because the trail is closed.</summary>
    public void Close() => _isClosed = true;
}
