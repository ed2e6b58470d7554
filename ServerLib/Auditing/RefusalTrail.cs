using System.Net;
using ServerLib.Files;
using ServerLib.RateLimiting;

namespace ServerLib.Auditing;

/// <summary>
/// Writes an audit entry when a user with right credentials is refused. To keep the trail readable, there is one entry a minute for each
/// user and reason, and a maximum for all together. Thread-safe.
/// </summary>
internal sealed class RefusalTrail(AuditTrail? audit, TimeProvider time)
{
    /// <summary>The maximum number of entries a minute.</summary>
    public const int Capacity = 1_000;

    private readonly Lock _lock = new();
    private readonly KeyedRateLimiter<(string User, string Reason)> _limiter =
        new(time, RateLimit.Every(TimeSpan.FromMinutes(1), burst: 1, time), Capacity);

    /// <summary>A login was refused, though the password or key was right.</summary>
    public void Login(string user, EndPoint? address, string reason)
    {
        if (TryPass(user, reason))
            audit?.Write(AuditEvent.FailedLogin, user, AddressText.From(address), detail: reason);
    }

    /// <summary>A command of a logged-in user was refused. The command is not written, because it may contain anything.</summary>
    public void Command(string user, EndPoint address, string reason)
    {
        if (TryPass(user, reason))
            audit?.Write(AuditEvent.AdminCommand, "", AddressText.From(address), user, reason);
    }

    private bool TryPass(string user, string reason)
    {
        // Both steps in one, so that no entry of the limiter is displaced.
        lock (_lock)
            return _limiter.Count < Capacity && _limiter.TryAcquire((user, reason), out _);
    }
}
