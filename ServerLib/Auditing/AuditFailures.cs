using ServerLib.Diagnostics;

namespace ServerLib.Auditing;

/// <summary>
/// Reports that the audit trail cannot be written: to the application's log, once per failure, and as a problem of the server. Thread-safe.
/// </summary>
/// <param name="events">The trail's events.</param>
/// <param name="problems">The server's problems; <see langword="null"/> if nobody asks for them.</param>
internal sealed class AuditFailures(AuditTrailEvents events, ServerProblems? problems)
{
    private int _isFailing;
    private volatile bool _isClosed;

    /// <summary>Entries cannot be written.</summary>
    public void Failed(Exception reason)
    {
        if (_isClosed || Interlocked.Exchange(ref _isFailing, 1) != 0)
            return;
        problems?.Report(ProblemNames.AuditTrail, reason.Message);
        events.Unwritable(reason);
    }

    /// <summary>Entries can be written again.</summary>
    public void Recovered()
    {
        if (Interlocked.Exchange(ref _isFailing, 0) == 0)
            return;
        problems?.Resolve(ProblemNames.AuditTrail);
        events.Recovered();
    }

    /// <summary>An entry was written that says how many were lost before it.</summary>
    public void WroteAfterLoss(long lost)
    {
        events.Incomplete(lost);
        Volatile.Write(ref _isFailing, 0);
        problems?.Resolve(ProblemNames.AuditTrail);
    }

    /// <summary>Reports no more failures, because the trail is closed.</summary>
    public void Close() => _isClosed = true;
}
