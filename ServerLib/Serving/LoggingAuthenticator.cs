using ServerLib.Admission;
using ServerLib.Wire;

namespace ServerLib.Serving;

/// <summary>Writes each attempt that fails into the activity log, but of those that have to wait only the number, now and then.</summary>
/// <param name="authenticator">Decides.</param>
/// <param name="log">The activity log.</param>
/// <param name="locked">Counts those that have to wait.</param>
/// <param name="registrations">Counts the registrations that have to.</param>
internal sealed class LoggingAuthenticator(IAuthenticator authenticator, ILog log, Tally locked, Tally registrations) : IAuthenticator
{
    public async ValueTask<LoginResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        LoginResult result = await authenticator.AuthenticateAsync(credentials, cancellationToken).ConfigureAwait(false);
        if (result.Code == LoginCode.Locked)
        {
            if ((result.IsRegistration ? registrations : locked).AddAndReport(out long count))
            {
                string what = result.IsRegistration
                    ? "registrations refused, for too many were made from the same address"
                    : "logins refused that have to wait";
                log.Logging($"[ ALERT ] {count} {what}, the last one {Who(credentials)}");
            }
        }
        else if (!result.IsOk)
        {
            log.Logging($"[ CONNECTION - FAILURE ] login refused {Who(credentials)}: {result.Code}");
        }

        return result;
    }

    private static string Who(Credentials credentials) => $"@{credentials.Address}: Alias - {UserName.Shown(credentials.Username)}";
}
