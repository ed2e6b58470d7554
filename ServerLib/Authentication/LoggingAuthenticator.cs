using ServerLib.Protocol;
using ServerLib.RateLimiting;

namespace ServerLib.Authentication;

/// <summary>
/// Writes one connection's attempts that fail into the activity log, but of those that have to wait only the number of all, now and then.
/// </summary>
/// <param name="authenticator">Decides.</param>
/// <param name="log">The activity log.</param>
/// <param name="hasLines">Whether the connection has lines of its own there.</param>
/// <param name="locked">Counts those that have to wait.</param>
/// <param name="registrations">Counts the registrations that have to.</param>
/// <param name="busy">Counts those for which there was no room.</param>
/// <param name="tooOften">Counts those whose users log in too often.</param>
internal sealed class LoggingAuthenticator(
    IAuthenticator authenticator, ILog log, bool hasLines, LogSampler locked, LogSampler busy, LogSampler registrations, LogSampler tooOften) : IAuthenticator
{
    public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        LoginResult result = await authenticator.AuthenticateAsync(credentials, cancellationToken).ConfigureAwait(false);
        if (result.IsRegistration)
            Count(registrations, "registrations refused, for too many were made from the same address");
        else if (result.IsTooOften)
            Count(tooOften, "logins refused of users who log in too often");
        else if (result.Code == LoginCode.Locked)
            Count(locked, "logins refused that have to wait");
        else if (result.Code == LoginCode.Busy)
            Count(busy, "logins refused for want of room to hash, or of the database");
        else if (!result.IsOk && hasLines)
            log.Logging($"[ CONNECTION - FAILURE ] login refused {Who(credentials)}: {result.Code}");
        return result;

        void Count(LogSampler tally, string what)
        {
            if (tally.TryPass(out long count))
                log.Logging($"[ ALERT ] {count} {what}, the last one {Who(credentials)}");
        }
    }

    private static string Who(Credentials credentials) => $"@{credentials.Address}: Alias - {UserName.Shown(credentials.Username)}";
}
