using System.Net;
using ServerLib.Files;
using ServerLib.RateLimiting;

namespace ServerLib.Auditing;

/// <summary>
/// Writes into the audit trail what was refused to somebody who is who he says: of the same user and reason one entry a minute, and of
/// all together as many as there is room for, lest he push out of the trail what else there is.
/// </summary>
internal sealed class RefusalTrail(AuditTrail? audit, TimeProvider time)
{
    /// <summary>How many entries a minute.</summary>
    public const int Capacity = 1_000;

    private readonly Lock _gate = new();
    private readonly long _minute = 60 * time.TimestampFrequency;
    private readonly BoundedTable<(string User, string Reason), bool, long> _written = new(Capacity);

    /// <summary>A login of a user whose password or key was right.</summary>
    public void Login(string user, EndPoint? address, string reason)
    {
        if (IsNews(user, reason))
            audit?.Write(AuditEvent.FailedLogin, user, AddressText.From(address), detail: reason);
    }

    /// <summary>A command of a user who is logged in. What it was is not kept: it may be anything.</summary>
    public void Command(string user, EndPoint address, string reason)
    {
        if (IsNews(user, reason))
            audit?.Write(AuditEvent.AdminCommand, "", AddressText.From(address), user, reason);
    }

    private bool IsNews(string user, string reason)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            _written.RemoveUpTo(now - _minute);
            if (_written.Count == Capacity || _written.TryGet((user, reason), out _))
                return false;
            _written.Set((user, reason), true, now);
            return true;
        }
    }
}
