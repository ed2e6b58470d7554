using ServerLib.ActivityLog;
using ServerLib.Files;
using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>Tells of guessers: once when an address begins to be refused, and once when a delay of an account begins.</summary>
internal sealed class LoginThrottleReports(ILog log, AuditTrail? audit, TimeProvider time)
{
    private readonly ActivityLogSampler _penalties = new(log, time, "refused addresses");
    private readonly ActivityLogSampler _delays = new(log, time, "locked accounts");

    /// <summary>An address is refused from now on.</summary>
    /// <param name="begun">What an address has coming, where that is when it begins to be refused.</param>
    public void Penalized(AddressPenalty? begun)
    {
        if (begun is null)
            return;
        if (_penalties.TryPass(AddressText.BlockOf(begun.Addresses)))
        {
            log.Logging(
                $"[ ALERT ] {begun.Addresses} is refused for {Seconds(begun.Remaining)}: too many failed logins, malformed frames "
                + "or connections without a login");
        }

        audit?.Write(AuditEvent.Penalty, begun.Addresses, begun.Addresses, detail: $"refused for {Seconds(begun.Remaining)}");
    }

    /// <summary>An account has to wait.</summary>
    /// <param name="delay">What the account has coming.</param>
    /// <param name="last">The attempt that was too much.</param>
    public void Locked(AccountDelay delay, Credentials last)
    {
        string wrong = $"{delay.WrongPasswords} wrong passwords{(delay.From is { } from ? $" from {from}" : "")}";
        if (_delays.TryPass(AddressText.BlockOf(AddressText.From(last.Address))))
        {
            log.Logging(
                $"[ ALERT ] account {UserName.Shown(last.Username)} is locked for {Seconds(delay.Remaining)} "
                + $"after {wrong}, the last one @{last.Address}");
        }

        audit?.Write(
            AuditEvent.Lockout, last.Username, AddressText.From(last.Address), detail: $"locked for {Seconds(delay.Remaining)} after {wrong}");
    }

    private static string Seconds(TimeSpan time) => $"{Math.Ceiling(time.TotalSeconds):0} s";
}
