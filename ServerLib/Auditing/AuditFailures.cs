using ServerLib.Diagnostics;

namespace ServerLib.Auditing;

/// <summary>Reports to the application's log that the audit trail cannot be written, once per failure. Thread-safe.</summary>
/// <param name="events">The trail's events.</param>
internal sealed class AuditFailures(AuditTrailEvents events)
{
    private int _isFailing;
    private volatile bool _isClosed;

    /// <summary>Entries cannot be written.</summary>
    public void Failed(Exception reason)
    {
        if (!_isClosed && Interlocked.Exchange(ref _isFailing, 1) == 0)
            events.Unwritable(reason);
    }

    /// <summary>Entries can be written again.</summary>
    public void Recovered()
    {
        if (Interlocked.Exchange(ref _isFailing, 0) != 0)
            events.Recovered();
    }

    /// <summary>An entry was written that says how many were lost before it.</summary>
    public void WroteAfterLoss(long lost)
    {
        events.Incomplete(lost);
        Volatile.Write(ref _isFailing, 0);
    }

    /// <summary>Reports no more failures, because the trail is closed.</summary>
    public void Close() => _isClosed = true;
}
